"""Steps per second through the bridge and in this process, as JSON on stdout; started by bench/bridge.ts."""

import functools
import json
import sys
import time
from pathlib import Path

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python"))

from karma_env import Batch, parallel_env, start  # noqa: E402

SERVICES, OBSERVED, CHOICES, TICKS, EPISODE = 4, 31, 15, 15, 240


class Queues(ParallelEnv):
    """As large as the game of chained-wide: four queues in a chain, 15 ticks of 1 s a step, 31 numbers and 15 choices."""

    metadata = {"name": "queues_v0", "render_modes": []}

    def __init__(self):
        self.possible_agents = [f"queue_{k}" for k in range(SERVICES)]
        self.agents = []

    @functools.lru_cache(maxsize=None)
    def observation_space(self, agent):
        return spaces.Box(-2, 3, (OBSERVED,), np.float32)

    @functools.lru_cache(maxsize=None)
    def action_space(self, agent):
        return spaces.Discrete(CHOICES)

    def reset(self, seed=None, options=None):
        self.random = np.random.default_rng(seed)
        self.agents = self.possible_agents[:]
        self.queued, self.replicas, self.step_count = np.zeros(SERVICES), np.full(SERVICES, 4.0), 0
        return self.observe(), self.inform()

    def step(self, actions):
        self.replicas = np.clip(self.replicas + np.array([actions[a] for a in self.agents]) - 7, 1, 24)
        violating = np.zeros(SERVICES)
        for _ in range(TICKS):
            arrived = 300 * np.exp(0.1 * self.random.standard_normal())
            served = np.minimum(self.queued + arrived, 90 * self.replicas)
            self.queued = np.minimum(self.queued + arrived - served, 180 * self.replicas)
            violating += self.queued > 20
        self.step_count += 1
        acted, over = self.agents, self.step_count >= EPISODE
        self.agents = [] if over else acted
        rewards = dict(zip(acted, (-violating - self.replicas / 16).tolist()))
        return self.observe(acted), rewards, dict.fromkeys(acted, False), dict.fromkeys(acted, over), self.inform(acted)

    def observe(self, agents=None):
        seen = np.resize(np.concatenate([self.replicas / 24, self.queued / 4320]), (SERVICES, OBSERVED))
        return dict(zip(agents or self.agents, np.clip(seen, -2, 3).astype(np.float32)))

    def inform(self, agents=None):
        mask = np.ones(CHOICES, np.int8)
        return {agent: {"action_mask": mask, "cost": 0.0} for agent in agents or self.agents}


def pettingzoo_rate(env, seconds):
    """Steps of the team per second, by the API of PettingZoo."""
    steps, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        if not env.agents:
            env.reset(seed=steps)
        env.step({agent: 8 for agent in env.agents})
        steps += 1
    return steps / (time.perf_counter() - begin)


def batch_rate(batch, seconds):
    """The same of all games of a batch together."""
    actions = {agent: np.full(batch.games, 3) for agent in batch.agents}
    steps, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        if steps % EPISODE == 0:
            batch.reset()
        batch.step(actions)
        steps += 1
    return steps * batch.games / (time.perf_counter() - begin)


def main(topology, batch_size, rounds, seconds):
    peer, one = Queues(), parallel_env(topology, max_cycles=EPISODE)
    many = Batch(start(topology, batch=batch_size, max_cycles=EPISODE))
    found = []
    for _ in range(rounds + 1):
        rates = {
            "peer": pettingzoo_rate(peer, seconds),
            "one": pettingzoo_rate(one, seconds),
            "batch": batch_rate(many, seconds),
        }
        found.append(rates)
    one.close()
    many.close()
    # The first round warms up.
    print(json.dumps(found[1:]))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
