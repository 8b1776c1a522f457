"""What others learn from 1,024 samples with the same networks and losses; started by bench/learn-peers.ts.

Reads lines `NAME MILLISECONDS` and answers each with rows per second of CPU time. The first line it writes names the peers that are
here, with versions, as JSON. One thread each: the process may use one core.
"""

import json
import os
import sys
import time

os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["OMP_NUM_THREADS"] = "1"

ROWS = 1024
BATCHES = 16
ACTOR = [12, 64, 64, 5]
CRITIC = [24, 64, 64, 1]
CLIP, ENTROPY, RATE, EPSILON = 0.2, 0.004, 1e-4, 1e-8


def samples(numpy):
    """BATCHES mini-batches of ROWS samples, in place."""
    rng = numpy.random.default_rng(1)
    normal = lambda *shape: rng.uniform(-1, 1, (BATCHES, ROWS, *shape)).astype(numpy.float32)
    return {
        "seen": normal(ACTOR[0]),
        "future": normal(CRITIC[0]),
        "action": rng.integers(0, ACTOR[-1], (BATCHES, ROWS)),
        "log_probability": numpy.full((BATCHES, ROWS), numpy.log(1 / ACTOR[-1]), numpy.float32),
        "advantage": normal(),
        "target": normal(),
    }


def jax_peer():
    """Every step in one compiled program: forward, losses, backward, Adam, scanned over mini-batches."""
    import jax
    import jax.numpy as jnp
    import numpy

    rng = numpy.random.default_rng(2)
    layer = lambda fan_in, fan_out: (
        jnp.asarray(rng.uniform(-0.2, 0.2, (fan_in, fan_out)), jnp.float32),
        jnp.zeros(fan_out, jnp.float32),
    )
    network = lambda sizes: [layer(a, b) for a, b in zip(sizes, sizes[1:])]
    parameters = {"actor": network(ACTOR), "critic": network(CRITIC)}

    def run(layers, x):
        for w, b in layers[:-1]:
            x = jnp.tanh(x @ w + b)
        w, b = layers[-1]
        return x @ w + b

    def loss(parameters, batch):
        logs = jax.nn.log_softmax(run(parameters["actor"], batch["seen"]))
        chosen = jnp.take_along_axis(logs, batch["action"][:, None], 1)[:, 0]
        ratio = jnp.exp(chosen - batch["log_probability"])
        gain = jnp.minimum(ratio * batch["advantage"], jnp.clip(ratio, 1 - CLIP, 1 + CLIP) * batch["advantage"])
        entropy = -(jnp.exp(logs) * logs).sum(1)
        error = run(parameters["critic"], batch["future"])[:, 0] - batch["target"]
        return (0.5 * error * error - gain - ENTROPY * entropy).mean()

    def step(carry, batch):
        parameters, first, second, count = carry
        gradient = jax.grad(loss)(parameters, batch)
        count = count + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        correct_first, correct_second = 1 / (1 - 0.9**count), 1 / (1 - 0.999**count)
        move = lambda p, m, v: p - RATE * m * correct_first / (jnp.sqrt(v * correct_second) + EPSILON)
        return (jax.tree.map(move, parameters, first, second), first, second, count), None

    many = jax.jit(lambda carry, batches: jax.lax.scan(step, carry, batches)[0])
    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
    batches = jax.tree.map(jnp.asarray, samples(numpy))
    state = {"carry": (parameters, zeros(), zeros(), jnp.float32(0))}

    def work():
        state["carry"] = jax.block_until_ready(many(state["carry"], batches))
        return BATCHES * ROWS

    return f"JAX {jax.__version__}, jit, steps scanned", work


def torch_networks():
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(3)

    def network(sizes):
        layers = []
        for a, b in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(a, b), torch.nn.Tanh()]
        return torch.nn.Sequential(*layers[:-1])

    actor, critic = network(ACTOR), network(CRITIC)
    parameters = [*actor.parameters(), *critic.parameters()]
    return torch, actor, critic, parameters


def torch_batches(torch):
    import numpy

    return {name: torch.from_numpy(column) for name, column in samples(numpy).items()}


def torch_loss(torch, actor, critic):
    def loss(batch):
        logs = torch.log_softmax(actor(batch["seen"]), 1)
        chosen = logs.gather(1, batch["action"][:, None])[:, 0]
        ratio = (chosen - batch["log_probability"]).exp()
        gain = torch.minimum(ratio * batch["advantage"], ratio.clamp(1 - CLIP, 1 + CLIP) * batch["advantage"])
        entropy = -(logs.exp() * logs).sum(1)
        error = critic(batch["future"])[:, 0] - batch["target"]
        return (0.5 * error * error - gain - ENTROPY * entropy).mean()

    return loss


def torch_peer(is_compiled):
    torch, actor, critic, parameters = torch_networks()
    optimizer = torch.optim.Adam(parameters, lr=RATE, eps=EPSILON, fused=True)
    loss = torch_loss(torch, actor, critic)
    if is_compiled:
        loss = torch.compile(loss)
    columns = torch_batches(torch)
    batches = [{name: column[k] for name, column in columns.items()} for k in range(BATCHES)]

    def work():
        for batch in batches:
            optimizer.zero_grad()
            loss(batch).backward()
            optimizer.step()
        return BATCHES * ROWS

    return f"PyTorch {torch.__version__}, {'compiled' if is_compiled else 'eager'}, fused Adam", work


def cleanrl_peer():
    """The update of CleanRL's ppo.py: shuffled indices, Categorical, clipped losses, the gradient's norm, Adam."""
    torch, actor, critic, parameters = torch_networks()
    import numpy

    optimizer = torch.optim.Adam(parameters, lr=RATE, eps=1e-5)
    columns = {name: column.flatten(0, 1) for name, column in torch_batches(torch).items()}
    indices = numpy.arange(BATCHES * ROWS)

    def work():
        numpy.random.shuffle(indices)
        for start in range(0, BATCHES * ROWS, ROWS):
            mb = {name: column[indices[start : start + ROWS]] for name, column in columns.items()}
            distribution = torch.distributions.Categorical(logits=actor(mb["seen"]))
            ratio = (distribution.log_prob(mb["action"]) - mb["log_probability"]).exp()
            losses = torch.max(-mb["advantage"] * ratio, -mb["advantage"] * torch.clamp(ratio, 1 - CLIP, 1 + CLIP))
            value_loss = 0.5 * ((critic(mb["future"]).view(-1) - mb["target"]) ** 2).mean()
            loss = losses.mean() - ENTROPY * distribution.entropy().mean() + value_loss
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 0.5)
            optimizer.step()
        return BATCHES * ROWS

    return f"PyTorch {torch.__version__}, a loop as CleanRL's", work


PEERS = {
    "jax": jax_peer,
    "torch": lambda: torch_peer(False),
    "torch-compiled": lambda: torch_peer(True),
    "cleanrl": cleanrl_peer,
}


def start_all():
    """Peers by name; those that are not here say why on stderr."""
    here, titles = {}, {}
    for name, create in PEERS.items():
        try:
            titles[name], here[name] = create()
            # Compiles.
            here[name]()
        except Exception as error:  # Whatever a missing package or compiler raises: the peer is named as missing.
            here.pop(name, None)
            titles.pop(name, None)
            print(f"learn: SKIPPED, NOT MEASURED: {name}: {type(error).__name__}: {error}", file=sys.stderr)
    return here, titles


def main():
    here, titles = start_all()
    print(json.dumps(titles), flush=True)
    for line in sys.stdin:
        name, milliseconds = line.split()
        done, begin, elapsed = 0, time.process_time(), 0.0
        while elapsed * 1000 < float(milliseconds):
            done += here[name]()
            elapsed = time.process_time() - begin
        print(done / elapsed, flush=True)


main()
