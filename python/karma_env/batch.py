"""Many games of one kind at once, as NumPy arrays: what a learner of its own wants."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

import numpy as np

from karma_env.connection import RENDER, RESET, RESULT, STATE, STATES, STEP, TEXT, Connection

PRESENT, ACTS, TERMINATED, TRUNCATED = 1, 2, 4, 8


@dataclass(frozen=True)
class Results:
    """What happened, by agent and game. Arrays are views of what came: copy what you want to change."""

    rewards: np.ndarray
    """float64 [agents, games]"""
    signals: np.ndarray
    """float64 [agents, games, signals]"""
    observations: list[np.ndarray]
    """For each agent [games, numbers]: float32 of a box, int32 else."""
    flags: np.ndarray
    """uint8 [agents, games]: PRESENT, ACTS, TERMINATED, TRUNCATED"""
    masks: list[np.ndarray]
    """For each agent uint8 [games, bytes]: 1 where an action may be taken."""

    def has(self, bit: int) -> np.ndarray:
        """bool [agents, games]"""
        return (self.flags & bit) != 0


class Batch:
    """The games of one connection. A game that is over does nothing until it is reset."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.hello: dict[str, Any] = connection.hello
        self.games: int = self.hello["batch"]
        self.agents: list[str] = [agent["name"] for agent in self.hello["agents"]]
        self.signals: list[str] = self.hello["signals"]
        self._observations = [(number_type(a["observation"]), length_of(a["observation"])) for a in self.hello["agents"]]
        self._actions = [(number_type(a["action"]), length_of(a["action"])) for a in self.hello["agents"]]
        self._masks = [a["maskBytes"] for a in self.hello["agents"]]

    def reset(
        self,
        seeds: Sequence[int | None] | None = None,
        games: Sequence[bool] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Results:
        """New episodes.

        :param seeds: one for each game; None for the next of its stream
        :param games: which to reset; all when left out
        :param options: of these episodes, such as ``{"trouble": "ddos", "intensity": 4}``
        """
        given = [None] * self.games if seeds is None else list(seeds)
        numbers = np.array([np.nan if seed is None else float(seed) for seed in given], "<f8")
        which = np.ones(self.games, "u1") if games is None else np.asarray(games, "u1")
        expect_shape("seeds", numbers, (self.games,))
        expect_shape("games", which, (self.games,))
        told = json.dumps(dict(options)).encode() if options else b""
        return self._results(self._connection.ask(RESET, numbers.tobytes() + which.tobytes() + told, RESULT))

    def step(self, actions: Mapping[str, Any], acts: np.ndarray | None = None) -> Results:
        """One step of every game.

        :param actions: of each agent an array of [games] or [games, numbers]
        :param acts: bool [agents, games]; everyone when left out. A game in which nobody acts stands still.
        """
        parts = []
        for name, (kind, length) in zip(self.agents, self._actions):
            numbers = np.asarray(actions[name], kind).reshape(self.games, -1)
            expect_shape(f"actions of {name}", numbers, (self.games, length))
            parts.append(numbers.tobytes())
        who = np.ones((len(self.agents), self.games), "u1") if acts is None else np.asarray(acts, "u1")
        expect_shape("acts", who, (len(self.agents), self.games))
        return self._results(self._connection.ask(STEP, b"".join(parts) + who.tobytes(), RESULT))

    def state(self) -> np.ndarray:
        """[games, numbers]"""
        space = self.hello["state"]
        if space is None:
            raise ValueError(f"{self.hello['id']} has no state")
        data = self._connection.ask(STATE, b"", STATES)
        return np.frombuffer(data, number_type(space)).reshape(self.games, length_of(space))

    def render(self, game: int = 0) -> str:
        """A game as text."""
        return self._connection.ask(RENDER, int(game).to_bytes(4, "little"), TEXT).decode()

    def close(self) -> None:
        self._connection.close()

    def _results(self, data: bytes) -> Results:
        agents, games, signals = len(self.agents), self.games, len(self.signals)
        take = Taker(data)
        rewards = take("<f8", (agents, games))
        signal = take("<f8", (agents, games, signals))
        observations = [take(kind, (games, length)) for kind, length in self._observations]
        flags = take("u1", (agents, games))
        masks = [take("u1", (games, length)) for length in self._masks]
        return Results(rewards, signal, observations, flags, masks)


class Taker:
    """Arrays, one behind the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __call__(self, kind: str, shape: tuple[int, ...]) -> np.ndarray:
        count = int(np.prod(shape))
        array = np.frombuffer(self._data, kind, count, self._at).reshape(shape)
        self._at += array.nbytes
        return array


def number_type(space: Mapping[str, Any]) -> str:
    return "<f4" if space["kind"] == "box" else "<i4"


def length_of(space: Mapping[str, Any]) -> int:
    """Numbers of a member."""
    kind = space["kind"]
    if kind == "box":
        return int(np.prod(space["shape"]))
    if kind == "multi-discrete":
        return len(space["nvec"])
    return space["n"] if kind == "multi-binary" else 1


def expect_shape(what: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{what}: expected the shape {shape}, found {array.shape}")
