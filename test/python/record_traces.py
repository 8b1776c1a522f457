"""Records what Gymnasium's CartPole-v1 and Pendulum-v1 and MPE2's simple_spread_v3 do, for the ports in
src/team/known-games to be held to.

pip install gymnasium mpe2, then, from the root of the repository:

    python test/python/record_traces.py && npm run format
"""

import json
from importlib.metadata import version
from pathlib import Path

import gymnasium
import numpy
from mpe2 import simple_spread_v3

FOLDER = Path(__file__).resolve().parents[1] / "team/known-games/traces"


def write(name, trace):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text(json.dumps(trace, separators=(",", ":")) + "\n")


def cart_pole_episode(seed, policy, every):
    env = gymnasium.make("CartPole-v1")
    env.reset(seed=seed)
    inner = env.unwrapped
    initial = inner.state.tolist()
    actions, rewards, states = [], 0.0, []
    terminated = truncated = False
    while not (terminated or truncated):
        action = policy(inner.state)
        observation, reward, terminated, truncated, _ = env.step(action)
        actions.append(action)
        rewards += reward
        if len(actions) % every == 0 or terminated or truncated:
            states.append({"step": len(actions), "state": inner.state.tolist(), "seen": observation.tolist()})
    end = "terminated" if terminated else "truncated"
    return {"initial": initial, "actions": actions, "states": states, "return": rewards, "end": end}


def record_cart_pole():
    draws = numpy.random.default_rng(1)
    episodes = [
        cart_pole_episode(0, lambda _: int(draws.integers(2)), 1),
        cart_pole_episode(1, lambda _: 1, 1),
        cart_pole_episode(2, lambda _: 0, 1),
        # Leans against its fall: stays up until the clock ends it.
        cart_pole_episode(3, lambda state: int(state[2] + 0.5 * state[3] + 0.05 * state[0] + 0.1 * state[1] > 0), 25),
        # Sways out of the track's side before the pole falls.
        cart_pole_episode(4, lambda state: int(state[2] + 0.5 * state[3] > 0.05), 10),
    ]
    write("cart-pole.json", {"gymnasium": version("gymnasium"), "episodes": episodes})


def pendulum_episode(angle, speed, torque, steps):
    inner = gymnasium.make("Pendulum-v1").unwrapped
    inner.reset(seed=0)
    inner.state = numpy.array([angle, speed])
    torques, rewards, states, seen = [], [], [], []
    for step in range(steps):
        torques.append(float(torque(step, *inner.state)))
        observation, reward, terminated, _, _ = inner.step(numpy.array([torques[-1]]))
        assert not terminated
        rewards.append(float(reward))
        states.append(inner.state.tolist())
        seen.append(observation.tolist())
    return {"initial": [angle, speed], "torques": torques, "rewards": rewards, "states": states, "seen": seen}


def record_pendulum():
    draws = numpy.random.default_rng(3)
    episodes = [
        pendulum_episode(2.5, 0.4, lambda *_: draws.uniform(-2, 2), 40),
        # Along with its motion, harder than can be, until it turns over and over.
        pendulum_episode(3.0, 1.0, lambda _step, _angle, speed: 3 if speed >= 0 else -3, 80),
        pendulum_episode(-3.0, -1.0, lambda _step, _angle, speed: 3 if speed >= 0 else -3, 80),
    ]
    write("pendulum.json", {"gymnasium": version("gymnasium"), "episodes": episodes})


def simple_spread_episode(seed, crowd, pick):
    env = simple_spread_v3.parallel_env()
    observations, _ = env.reset(seed=seed)
    world = env.unwrapped.world
    if crowd:
        for k, agent in enumerate(world.agents):
            agent.state.p_pos = numpy.array([0.1 * k, 0.05 * k * k])
    initial = [entity.state.p_pos.tolist() for entity in world.agents + world.landmarks]
    steps = []
    while env.agents:
        actions = {agent: int(pick()) for agent in env.agents}
        observations, rewards, terminations, truncations, _ = env.step(actions)
        assert not any(terminations.values())
        steps.append({
            "actions": list(actions.values()),
            "positions": [agent.state.p_pos.tolist() for agent in world.agents],
            "velocities": [agent.state.p_vel.tolist() for agent in world.agents],
            "rewards": list(rewards.values()),
            "isOver": all(truncations.values()),
            **({"seen": [one.tolist() for one in observations.values()]} if len(steps) % 12 == 0 else {}),
        })
    return {"initial": initial, "steps": steps}


def record_simple_spread():
    draws = numpy.random.default_rng(2)
    episodes = [
        simple_spread_episode(0, False, lambda: draws.integers(5)),
        simple_spread_episode(1, True, lambda: draws.integers(5)),
        # All press towards the same corner, and against each other.
        simple_spread_episode(2, True, lambda: draws.choice([1, 3])),
    ]
    write("simple-spread.json", {"mpe2": version("mpe2"), "episodes": episodes})


if __name__ == "__main__":
    record_cart_pole()
    record_pendulum()
    record_simple_spread()
