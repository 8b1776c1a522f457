"""The games of karma for Python; docs/python.md describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from karma_env.batch import Batch, Results
from karma_env.connection import BridgeError, connect, start

if TYPE_CHECKING:
    from karma_env.parallel import KarmaEnv

__all__ = ["Batch", "BridgeError", "Results", "connect", "env", "parallel_env", "start"]


def parallel_env(topology: str | None = None, **options: Any) -> KarmaEnv:
    """A game as a PettingZoo ParallelEnv; needs pettingzoo and gymnasium.

    Options: those of :class:`karma_env.parallel.KarmaEnv`, all others as ``karma env serve`` takes them, with ``_``
    for ``-``: ``game="attack"``, ``max_cycles=100``, ``reward="karma"``.
    """
    from karma_env.parallel import KarmaEnv

    return KarmaEnv(topology, **options)


def env(topology: str | None = None, **options: Any) -> Any:
    """The same, turn by turn: a PettingZoo AECEnv."""
    from pettingzoo.utils.conversions import parallel_to_aec

    return parallel_to_aec(parallel_env(topology, **options))
