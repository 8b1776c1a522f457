"""The shipped games through the bridge, for the tests."""

from __future__ import annotations

import functools
import json
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))

TOPOLOGY = str(ROOT / "topologies" / "chained-wide.json")

# Every shipped game, every set of actions and observations, every reward.
GAMES = {
    "autoscaling": {"game": "autoscaling"},
    "autoscaling delta microk8s": {"game": "autoscaling", "actions": "delta", "observations": "microk8s", "reward": "microk8s"},
    "autoscaling target karma": {"game": "autoscaling", "actions": "target", "observations": "karma", "reward": "karma"},
    "autoscaling with levers and trouble": {
        "game": "autoscaling",
        "actions": "delta,resize,limit,restart,isolate,throttle",
        "observations": "karma",
        "reward": "kubsmart",
        "trouble": "any",
    },
    "attack": {"game": "attack", "reward": "karma"},
    "attack delta": {"game": "attack", "actions": "delta", "observations": "microk8s", "reward": "kubsmart"},
    "attack with levers and trouble": {"game": "attack", "actions": "resize,limit,isolate", "trouble": "mixed", "intensity": 2},
}


STEPS = 10


class Game:
    """A game as a module, as PettingZoo's tests take it: clients of one server, which starts once."""

    def __init__(self, options: dict) -> None:
        import karma_env
        from karma_env.connection import arguments, find_command

        command = [*find_command(), "env", "serve", TOPOLOGY, "--json", "--quiet"]
        command += arguments({"max_cycles": STEPS, **options})
        self._server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        port = json.loads(self._server.stdout.readline())["port"]
        self.parallel_env = functools.partial(karma_env.parallel_env, port=port)
        self.env = functools.partial(karma_env.env, port=port)

    def stop(self) -> None:
        self._server.send_signal(signal.SIGINT)
        self._server.wait()
        self._server.stdout.close()


class OwnGame:
    """The same, each with a server of its own."""

    def __init__(self, options: dict) -> None:
        import karma_env

        self.parallel_env = functools.partial(karma_env.parallel_env, TOPOLOGY, **options)
        self.env = functools.partial(karma_env.env, TOPOLOGY, **options)
