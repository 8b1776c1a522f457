"""Two M/M/4 stations in tandem in SimPy: prints jobs per second of CPU time, once per line of input."""

import random
import sys
import time

import simpy

SERVERS = 4
LOAD = 0.8


def job(env, stations, rng):
    for station in stations:
        with station.request() as slot:
            yield slot
            yield env.timeout(rng.expovariate(1.0))


def arrivals(env, stations, rng, jobs):
    for _ in range(jobs):
        yield env.timeout(rng.expovariate(LOAD * SERVERS))
        env.process(job(env, stations, rng))


def run(seed, jobs):
    rng = random.Random(seed)
    env = simpy.Environment()
    stations = [simpy.Resource(env, SERVERS) for _ in range(2)]
    env.process(arrivals(env, stations, rng, jobs))
    start = time.process_time()
    env.run()
    return jobs / (time.process_time() - start)


run(0, 2_000)
for seed, line in enumerate(sys.stdin):
    print(run(seed, int(line)), flush=True)
