import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { usualEdgeNoise } from "../../../src/twin/fluid/edge-noise.ts";
import type { FluidTwin } from "../../../src/twin/fluid/fluid-twin.ts";
import { laneWidth } from "../../../src/twin/fluid/lanes.ts";
import { call, declared, episode, service, topologyOf } from "../fixtures.ts";

const topology = topologyOf([
  service("front", 5, [[call("left", 0.9, { retries: 1 }), call("right", 1)]]),
  service("left", 8, [], { coldStart: { factor: 2, requests: 200 } }),
  service("right", 4, [], { memory: { baseMiB: 60, perRequestMiB: 2, retainedMiB: 0.01 } }),
]);
const services = topology.services.length;
/** A lane and the beginning of the next one. */
const environments = laneWidth(services) + 3;

function twinOf(count: number): FluidTwin {
  return createFluidTwin(topology, declared(topology), {
    environments: count,
    tickMs: 1_000,
    edgeNoise: usualEdgeNoise(1),
  });
}

function begin(twin: FluidTwin, environment: number, number: number): void {
  const rates = [60 + number, 150, 90];
  twin.reset(environment, episode(rates, [2, 3, 2], { stepMs: 20_000, rng: createRng(number) }));
}

/** Lets something else happen in each environment. */
function trouble(twin: FluidTwin, environment: number, number: number): void {
  const { faults, gates } = twin;
  const one = number % services;
  if (number % 5 === 0) faults.setWork(environment, one, 1.5);
  if (number % 5 === 1) faults.kill(environment, one, 1);
  if (number % 5 === 2) faults.setSpeed(environment, 0.3);
  if (number % 5 === 3) gates.limit(environment, 0, 40);
  if (number % 5 === 4) twin.evict(environment, one);
  if (number % 7 === 0) faults.withhold(environment, one, 1, 40, false);
  if (number % 7 === 1) faults.blind(environment, one, 50);
}

/** All that a twin shows of one environment. */
function shown(twin: FluidTwin, environment: number): number[] {
  const columns = [twin.observe(), twin.outcome, twin.stations, twin].flatMap((one) =>
    Object.values(one).filter((value) => value instanceof Float64Array),
  );
  const own = columns.flatMap((column) => Array.from(column.filter((_, i) => i % twin.environments === environment)));
  return [...own, twin.gates.admittedShare(environment, 0), twin.futureRatePerS(environment, 30_000)];
}

test("an environment among so many that they go in lanes is, to the bit, what it is alone", () => {
  const many = twinOf(environments);
  const checked = [0, 1, 2, 3, 4, environments - 3, environments - 2, environments - 1];
  const alone = checked.map(() => twinOf(1));
  for (let e = 0; e < environments; e++) begin(many, e, e);
  for (const [i, e] of checked.entries()) begin(alone[i]!, 0, e);
  for (let step = 0; step < 5; step++) {
    if (step === 1) for (let e = 0; e < environments; e++) trouble(many, e, e);
    if (step === 1) for (const [i, e] of checked.entries()) trouble(alone[i]!, 0, e);
    many.desired.fill(3 + (step % 2), environments);
    for (const twin of alone) twin.desired.fill(3 + (step % 2), 1);
    if (step === 2) for (const twin of [many, ...alone]) twin.settle();
    if (step === 3) for (const twin of [many, ...alone]) twin.clearOutcome();
    for (const twin of [many, ...alone]) twin.advance(15);
    for (const [i, e] of checked.entries()) expect(shown(many, e)).toEqual(shown(alone[i]!, 0));
  }
});

test("what is begun anew in one lane leaves what others are asked for as it is", () => {
  const twin = twinOf(environments);
  for (let e = 0; e < environments; e++) begin(twin, e, e);
  twin.desired.fill(4);
  begin(twin, environments - 1, 9);
  expect(Array.from({ length: services }, (_, s) => twin.desired[(s + 1) * environments - 1])).toEqual([2, 3, 2]);
  expect(twin.desired[0]).toBe(4);
  twin.settle();
  twin.advance(60);
  expect(twin.ready[0]).toBe(4);
  expect(twin.ready[environments - 1]).toBe(2);
});

test("replicas that come and go are told of under the number of their environment", () => {
  const told = new Set<number>();
  const twin = createFluidTwin(topology, declared(topology), {
    environments,
    tickMs: 1_000,
    onPod: (environment) => void told.add(environment),
  });
  for (let e = 0; e < environments; e++) begin(twin, e, e);
  for (const e of [0, environments - 1]) twin.desired[e] = 3;
  twin.advance(1);
  expect([...told]).toEqual([0, environments - 1]);
});

test("limits of many environments stay as they are, in however many lanes", () => {
  const twin = twinOf(environments);
  expect(() => twin.resize(0, 300)).toThrow("one environment");
  expect(() => twin.faults.divideLimit(0, 2)).toThrow("many environments");
});
