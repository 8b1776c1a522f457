"""Records what JaxMARL's MPE_simple_spread_v3 does, for the port in src/team/known-games/ to be held to.

pip install jaxmarl==0.2.0, then, from the root of the repository:

    JAX_ENABLE_X64=1 python test/python/record_jaxmarl_traces.py && npm run format

In 64 bits, so that what differs is the game and not the rounding.
"""

import json
from importlib.metadata import version
from pathlib import Path

import jax
import jax.numpy as jnp
import jaxmarl
import numpy

TRACE = Path(__file__).resolve().parents[1] / "team/known-games/traces/simple-spread-jaxmarl.json"


def episode(env, seed, crowd, pick):
    _, state = env.reset(jax.random.PRNGKey(seed))
    if crowd:
        state = state.replace(p_pos=state.p_pos.at[:3].set(jnp.array([[0.1 * k, 0.05 * k * k] for k in range(3)])))
    initial = state.p_pos.tolist()
    steps = []
    is_over = False
    while not is_over:
        actions = {agent: int(pick()) for agent in env.agents}
        seen, state, rewards, dones, _ = env.step_env(jax.random.PRNGKey(len(steps)), state, actions)
        is_over = bool(dones["__all__"])
        steps.append({
            "actions": list(actions.values()),
            "positions": state.p_pos[:3].tolist(),
            "velocities": state.p_vel[:3].tolist(),
            "rewards": [float(rewards[agent]) for agent in env.agents],
            "isOver": is_over,
            **({"seen": [seen[agent].tolist() for agent in env.agents]} if len(steps) % 12 == 0 else {}),
        })
    return {"initial": initial, "steps": steps}


def main():
    assert jax.config.jax_enable_x64, "run with JAX_ENABLE_X64=1"
    env = jaxmarl.make("MPE_simple_spread_v3")
    draws = numpy.random.default_rng(3)
    episodes = [
        episode(env, 0, False, lambda: draws.integers(5)),
        episode(env, 1, True, lambda: draws.integers(5)),
        # All press towards the same corner, and against each other.
        episode(env, 2, True, lambda: draws.choice([1, 3])),
    ]
    trace = {"jaxmarl": version("jaxmarl"), "episodes": episodes}
    TRACE.write_text(json.dumps(trace, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
