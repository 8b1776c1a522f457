"""A game of karma as a PettingZoo ParallelEnv."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv

from karma_env.batch import ACTS, PRESENT, TERMINATED, TRUNCATED, Batch, Results
from karma_env.connection import connect, start


class KarmaEnv(ParallelEnv):
    """One game, played by whoever plays PettingZoo.

    A mask of actions stands in the infos as ``action_mask``, beside the game's signals (``cost``, ``violation``, …).

    :param port: of a server that runs; one of our own is started when left out
    :param masks_in_observations: observations become ``{"observation", "action_mask"}`` where an agent has a mask
    :param options: of :func:`karma_env.start`
    """

    def __init__(
        self,
        topology: str | None = None,
        *,
        port: int | None = None,
        render_mode: str | None = None,
        masks_in_observations: bool = False,
        **options: Any,
    ) -> None:
        self._batch = Batch(start(topology, batch=1, **options) if port is None else connect(port))
        hello = self._batch.hello
        if self._batch.games != 1:
            self._batch.close()
            raise ValueError(f"expected a server of one game, found a batch of {self._batch.games}: use Batch")
        self.metadata = {
            "name": hello["id"],
            "render_modes": ["human", *hello["renderModes"]],
            "is_parallelizable": True,
        }
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise ValueError(f"expected a render mode of {self.metadata['render_modes']}, found {render_mode}")
        self.render_mode = render_mode
        self.possible_agents: list[str] = list(self._batch.agents)
        self.agents: list[str] = []
        described = {agent["name"]: agent for agent in hello["agents"]}
        self._masked = {name for name, agent in described.items() if agent["maskBytes"] > 0}
        self._in_observations = self._masked if masks_in_observations else set()
        self._action_spaces = {name: space_of(agent["action"]) for name, agent in described.items()}
        self._plain_spaces = {name: space_of(agent["observation"]) for name, agent in described.items()}
        self._observation_spaces = {name: self._seen_space(name) for name in self.possible_agents}
        if hello["state"] is not None:
            self.state_space = space_of(hello["state"])

    def observation_space(self, agent: str) -> spaces.Space:
        return self._observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space:
        return self._action_spaces[agent]

    def reset(self, seed: int | None = None, options: dict | None = None) -> tuple[dict, dict]:
        results = self._batch.reset([seed], options=options)
        self.agents = self._who(results, ACTS)
        infos = self._infos(results)
        return self._observations(results, infos), infos

    def step(self, actions: dict[str, Any]) -> tuple[dict, dict, dict, dict, dict]:
        if not self.agents:
            return {}, {}, {}, {}, {}
        missing = [agent for agent in self.agents if agent not in actions]
        if missing:
            raise ValueError(f"expected an action of {', '.join(missing)}, found none")
        acts = np.array([[agent in self.agents] for agent in self.possible_agents])
        results = self._batch.step({agent: actions.get(agent, self._idle(agent)) for agent in self.possible_agents}, acts)
        present = self._who(results, PRESENT)
        self.agents = self._who(results, ACTS)
        infos = self._infos(results)
        rewards = {agent: float(results.rewards[self._place(agent), 0]) for agent in present}
        return (
            self._observations(results, infos),
            rewards,
            self._flagged(results, TERMINATED),
            self._flagged(results, TRUNCATED),
            infos,
        )

    def state(self) -> np.ndarray:
        return self._batch.state()[0].copy()

    def render(self) -> str | None:
        text = self._batch.render()
        if self.render_mode == "ansi":
            return text
        if self.render_mode == "human":
            print(text)
        return None

    def close(self) -> None:
        self._batch.close()

    def _place(self, agent: str) -> int:
        return self.possible_agents.index(agent)

    def _idle(self, agent: str) -> np.ndarray:
        """An action that nobody looks at."""
        return np.zeros(np.prod(self._action_spaces[agent].shape, dtype=int))

    def _who(self, results: Results, bit: int) -> list[str]:
        return [agent for agent, flags in zip(self.possible_agents, results.flags[:, 0]) if flags & bit]

    def _flagged(self, results: Results, bit: int) -> dict[str, bool]:
        return {agent: bool(results.flags[self._place(agent), 0] & bit) for agent in self._who(results, PRESENT)}

    def _observations(self, results: Results, infos: dict[str, dict]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for agent in self._who(results, PRESENT):
            space = self._plain_spaces[agent]
            numbers = results.observations[self._place(agent)][0]
            value = int(numbers[0]) + 0 if isinstance(space, spaces.Discrete) else numbers.astype(space.dtype)
            value = value if isinstance(value, int) else value.reshape(space.shape)
            masked = agent in self._in_observations
            seen[agent] = {"observation": value, "action_mask": infos[agent]["action_mask"]} if masked else value
        return seen

    def _infos(self, results: Results) -> dict[str, dict]:
        infos: dict[str, dict] = {}
        for agent in self._who(results, PRESENT):
            place = self._place(agent)
            info: dict[str, Any] = dict(zip(self._batch.signals, results.signals[place, 0].tolist()))
            if agent in self._masked:
                info["action_mask"] = mask_of(self._action_spaces[agent], results.masks[place][0].astype(np.int8))
            infos[agent] = info
        return infos

    def _seen_space(self, agent: str) -> spaces.Space:
        plain = self._plain_spaces[agent]
        if agent not in self._in_observations:
            return plain
        action = self._action_spaces[agent]
        if not isinstance(action, spaces.Discrete):
            raise ValueError(f"{agent}: only the mask of one choice can stand in an observation")
        return spaces.Dict({"observation": plain, "action_mask": spaces.Box(0, 1, (int(action.n),), np.int8)})


def space_of(described: dict[str, Any]) -> spaces.Space:
    """The Gymnasium space that a server describes."""
    kind = described["kind"]
    if kind == "box":
        low, high = (
            np.array([end if bound is None else bound for bound in described[name]], np.float32)
            for name, end in (("low", -np.inf), ("high", np.inf))
        )
        shape = tuple(described["shape"])
        return spaces.Box(low.reshape(shape), high.reshape(shape), dtype=np.float32)
    if kind == "discrete":
        return spaces.Discrete(described["n"], start=described["start"])
    if kind == "multi-discrete":
        return spaces.MultiDiscrete(described["nvec"])
    if kind == "multi-binary":
        return spaces.MultiBinary(described["n"])
    raise ValueError(f"a space of kind {kind}")


def mask_of(space: spaces.Space, mask: np.ndarray) -> Any:
    """As Gymnasium's ``sample`` takes it: one array, or one for each part of a MultiDiscrete."""
    if not isinstance(space, spaces.MultiDiscrete):
        return mask
    return tuple(np.split(mask, np.cumsum(space.nvec)[:-1]))
