"""Trains JaxMARL's own IPPO or MAPPO on its simple_spread, for `npm run known-games -- simple-spread --like jaxmarl` to be
held to. Its loops and options as they are, without logging; MAPPO's recurrent networks are replaced by those of its IPPO.

In an environment of its own (measured with Python 3.11 and jaxmarl 0.2.0; jax, flax, optax and distrax as printed), and with
a checkout of github.com/FLAIROx/JaxMARL, whose `baselines` no package holds:

    pip install jaxmarl==0.2.0 optax distrax
    python bench/jaxmarl-spread.py --baselines JaxMARL/baselines --algorithm ippo --seeds 10 --steps 2e6 --json

`--set LR=2e-3 --set NUM_STEPS=26` changes options of theirs. Printed: returns of the mean agent's episodes in each twentieth
of the training, and mean and deviation over seeds of the last tenth. Their logs are times the number of agents: divided here.
"""

import argparse
import contextlib
import importlib.util
import json
import math
import statistics
import sys
import time
import types
from importlib.metadata import version
from pathlib import Path

AGENTS = 3
PARTS = 20
FILES = {"ippo": "IPPO/ippo_ff_mpe.py", "mappo": "MAPPO/mappo_rnn_mpe.py"}
# Their config/ippo_ff_mpe.yaml and config/mappo_homogenous_rnn_mpe.yaml.
COMMON = {
    "NUM_STEPS": 128,
    "UPDATE_EPOCHS": 4,
    "NUM_MINIBATCHES": 4,
    "GAMMA": 0.99,
    "GAE_LAMBDA": 0.95,
    "CLIP_EPS": 0.2,
    "ENT_COEF": 0.01,
    "VF_COEF": 0.5,
    "MAX_GRAD_NORM": 0.5,
    "ACTIVATION": "tanh",
    "ENV_NAME": "MPE_simple_spread_v3",
    "ENV_KWARGS": {},
    "ANNEAL_LR": True,
}
CONFIGS = {
    "ippo": {**COMMON, "LR": 2.5e-4, "NUM_ENVS": 16},
    "mappo": {
        **COMMON,
        "LR": 2e-3,
        "NUM_ENVS": 128,
        "FC_DIM_SIZE": 128,
        "GRU_HIDDEN_DIM": 128,
        "SCALE_CLIP_EPS": False,
    },
}


def stand_in(name, **members):
    """A module that is only there to be imported: configuration and logs are made here."""
    module = types.ModuleType(name)
    for key, value in members.items():
        setattr(module, key, value)
    sys.modules[name] = module
    return module


def load_baseline(folder, algorithm):
    stand_in("hydra", main=lambda **_: lambda function: function)
    stand_in("omegaconf", OmegaConf=None)
    stand_in("wandb", log=None)
    spec = importlib.util.spec_from_file_location(f"jaxmarl_{algorithm}", Path(folder) / FILES[algorithm])
    module = importlib.util.module_from_spec(spec)
    # What it prints when imported is not for who reads the figures.
    with contextlib.redirect_stdout(sys.stderr):
        spec.loader.exec_module(module)
    return module


def feed_forward(module):
    """The networks of ippo_ff_mpe.py behind the interface of mappo_rnn_mpe.py's: a state that nobody reads passes through."""
    import distrax
    import flax.linen as nn
    import jax.numpy as jnp
    from flax.linen.initializers import orthogonal

    def layers(x, outputs, gain):
        for _ in range(2):
            x = nn.tanh(nn.Dense(64, kernel_init=orthogonal(math.sqrt(2)))(x))
        return nn.Dense(outputs, kernel_init=orthogonal(gain))(x)

    class Actor(nn.Module):
        action_dim: int
        config: dict

        @nn.compact
        def __call__(self, state, seen):
            return state, distrax.Categorical(logits=layers(seen[0], self.action_dim, 0.01))

    class Critic(nn.Module):
        config: dict

        @nn.compact
        def __call__(self, state, seen):
            return state, jnp.squeeze(layers(seen[0], 1, 1.0), axis=-1)

    module.ActorRNN = Actor
    module.CriticRNN = Critic


def compiled(function, argument):
    import jax

    program = jax.jit(function).lower(argument).compile()
    print(f"compiled after {time.process_time():.0f} s of CPU time", file=sys.stderr)
    return program


def train_ippo(module, config, keys, at_once):
    """Returns by seed and update. Seeds side by side, as in their own main."""
    import jax

    jax.experimental.io_callback = lambda *_, **__: None
    groups = [keys[at : at + at_once] for at in range(0, len(keys), at_once)]
    train = compiled(jax.vmap(module.make_train(config)), groups[0])
    curves = []
    for group in groups:
        curves += (train(group)["metrics"]["returned_episode_returns"] / AGENTS).tolist()
        tell(curves, len(group))
    return curves


def train_mappo(module, config, keys, _):
    """The same; this loop gives its returns to its log alone, so one seed after another."""
    import jax

    logged = {}

    def log(metric):
        logged[int(metric["env_step"])] = float(metric["returns"]) / AGENTS

    module.wandb.log = log
    train = compiled(module.make_train(config), keys[0])
    curves = []
    for key in keys:
        logged.clear()
        jax.block_until_ready(train(key))
        jax.effects_barrier()
        curves.append([logged[step] for step in sorted(logged)])
        tell(curves, 1)
    return curves


def tell(curves, count):
    for number in range(len(curves) - count, len(curves)):
        parts = " ".join(f"{part:.2f}" for part in in_parts(curves[number]))
        print(f"seed {number + 1}, {time.process_time():.0f} s of CPU time: {parts}", file=sys.stderr)


def in_parts(curve):
    """Means of each twentieth."""
    parts = [[] for _ in range(PARTS)]
    for update, value in enumerate(curve):
        parts[PARTS * update // len(curve)].append(value)
    return [statistics.fmean(part) for part in parts]


def options_of(arguments):
    config = dict(CONFIGS[arguments.algorithm], TOTAL_TIMESTEPS=int(float(arguments.steps)))
    for change in arguments.set:
        name, _, value = change.partition("=")
        if name not in config:
            raise SystemExit(f"expected one of {', '.join(config)}, found {name}")
        config[name] = json.loads(value)
    if config["TOTAL_TIMESTEPS"] // config["NUM_STEPS"] // config["NUM_ENVS"] < PARTS:
        raise SystemExit(f"expected at least {PARTS} updates of {config['NUM_STEPS'] * config['NUM_ENVS']} steps")
    return config


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--baselines", required=True, help="folder of that name in a checkout of JaxMARL")
    parser.add_argument("--algorithm", choices=list(FILES), default="ippo")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--at-once", type=int, help="IPPO's seeds in one program; a divisor of --seeds, all when left out")
    parser.add_argument("--seed", type=int, default=30, help="theirs, of which the others are split")
    parser.add_argument("--steps", default="2e6")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    config = options_of(arguments)

    import jax

    module = load_baseline(arguments.baselines, arguments.algorithm)
    if arguments.algorithm == "mappo":
        feed_forward(module)
    keys = jax.random.split(jax.random.PRNGKey(arguments.seed), arguments.seeds)
    train = train_ippo if arguments.algorithm == "ippo" else train_mappo
    curves = train(module, dict(config), keys, arguments.at_once or arguments.seeds)
    report(arguments, config, [in_parts(curve) for curve in curves])


def report(arguments, config, curves):
    each = [(curve[-2] + curve[-1]) / 2 for curve in curves]
    mean, deviation = statistics.fmean(each), statistics.stdev(each) if len(each) > 1 else 0.0
    result = {
        "algorithm": arguments.algorithm,
        "versions": {name: version(name) for name in ("jaxmarl", "jax", "flax", "optax", "distrax")},
        "config": config,
        "seeds": arguments.seeds,
        "cpuSeconds": time.process_time(),
        "lastTenth": {"mean": mean, "deviation": deviation, "each": each},
        "curves": curves,
    }
    steps = config["TOTAL_TIMESTEPS"]
    line = f"JaxMARL, {arguments.algorithm}, {steps} steps: last tenth {mean:.2f} ± {deviation:.2f} over {len(each)} seeds"
    print(json.dumps(result, indent=2) if arguments.json else line)


if __name__ == "__main__":
    main()
