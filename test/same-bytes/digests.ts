// Plays both twins and trains for a moment, and prints a hash of all that came of each: `node bin/run.js test/same-bytes/digests.ts`.
import { createHash } from "node:crypto";
import { createRng } from "../../src/core/rng.ts";
import type { Kernels } from "../../src/nn/kernels.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { createTrainer } from "../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";
import { createFluidTwin } from "../../src/twin/fluid/create-fluid-twin.ts";
import { usualEdgeNoise } from "../../src/twin/fluid/edge-noise.ts";
import { createRequestTwin } from "../../src/twin/requests/create-request-twin.ts";
import { createToyGame } from "../team/toy-game.ts";
import { call, declared, episode, service, topologyOf } from "../twin/fixtures.ts";

/** Everything that twins compute something of: each distribution, retries, memory, growth, cold starts, calls side by side. */
const busy: Topology = topologyOf([
  service("front", 5, [
    [call("left", 0.9, { retries: 2, backoffMs: 20, retryBudget: 0.2 }), call("right", 1, { times: 2 })],
    [call("store", 0.5, { timeoutMs: 300 })],
  ]),
  service("left", 8, [[call("store", 1)]], { coldStart: { factor: 2, requests: 200 } }),
  service("right", 4, [], {
    workGrowth: Array.from({ length: 32 }, (_, inWork) => 1 + inWork / 40),
    memory: { baseMiB: 60, perRequestMiB: 2, retainedMiB: 0.001 },
    incidents: { warning: 0, error: 0.1, degraded: 0.1, failure: 0.02 },
  }),
  service("store", 6, [], { cpuMilli: 1_500, startupMs: { kind: "lognormal", mean: 20_000, cv: 0.4 } }),
]);
const RATES = [40, 90, 160, 60];
const SIZES = [4, 4, 4, 2];

function fluid(): readonly ArrayBufferView[] {
  const twin = createFluidTwin(busy, declared(busy), { environments: 3, tickMs: 1_000, edgeNoise: usualEdgeNoise(1) });
  for (const environment of [0, 1, 2])
    twin.reset(environment, episode(RATES, SIZES, { stepMs: 60_000, rng: createRng(environment) }));
  const seen: ArrayBufferView[] = [];
  for (let step = 0; step < 40; step++) {
    twin.advance(15);
    const { cpu, entryLatencyMs, entryViolatingShare, queued } = twin.observe();
    seen.push(...[cpu, entryLatencyMs, entryViolatingShare, queued].map((column) => column.slice()));
    twin.desired.fill(2 + (step % 5));
  }
  return [...seen, ...Object.values(twin.outcome)];
}

function requests(): readonly ArrayBufferView[] {
  const twin = createRequestTwin(busy, declared(busy), episode(RATES, SIZES, { stepMs: 60_000 }));
  const seen: ArrayBufferView[] = [];
  for (let atMs = 15_000; atMs <= 240_000; atMs += 15_000) {
    twin.advanceTo(atMs);
    twin.scale(0, 3 + ((atMs / 15_000) % 3));
    seen.push(twin.observe().cpu.slice(), Float64Array.from(Object.values(twin.entry)));
  }
  return [...seen, twin.latency.counts];
}

function training(kernels: Kernels): readonly ArrayBufferView[] {
  const options = { ...defaultIppoOptions, totalSteps: 16 * 20 * 6, rolloutSteps: 20, hidden: [16, 16] };
  const trainer = createTrainer({ options, game: createToyGame(1), kernels, seed: 7 });
  for (let iteration = 0; iteration < 6; iteration++) trainer.iterate();
  return [trainer.snapshot()];
}

function hashOf(parts: readonly ArrayBufferView[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest("hex").slice(0, 16);
}

console.log(
  JSON.stringify({
    fluid: hashOf(fluid()),
    requests: hashOf(requests()),
    "training, plain kernels": hashOf(training(createPlainKernels())),
    "training, WebAssembly": hashOf(training(createWasmKernels())),
  }),
);
