import { kubernetesTiming } from "../src/control/loop/timing.ts";
import type { Distribution } from "../src/core/distribution.ts";
import { squaredCv } from "../src/core/distribution.ts";
import { type Histogram, bucketMs } from "../src/core/histogram.ts";
import { type Rng, createRng } from "../src/core/rng.ts";
import type { Call, Service, Topology } from "../src/system/topology/topology.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import type { Moments } from "../src/twin/fluid/latency-tail.ts";
import type { Dealing } from "../src/twin/fluid/sojourn-fit.ts";
import type { Station } from "../src/twin/fluid/sojourn.ts";
import { createRequestTwin } from "../src/twin/requests/create-request-twin.ts";

/** One service on the request-level twin: what it was, and how long requests were in it. */
export type SojournRun = {
  readonly station: Station;
  readonly dealing: Dealing;
  readonly utilisation: number;
  /** Requests by the time they were in it: bucket of the histogram, number. Their caller's time is in it. */
  readonly latency: readonly (readonly [bucket: number, count: number])[];
};

/** A caller that takes no time to speak of, ms. */
const CALLER_MS = 0.01;
const LIMITS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.6, 0.75, 1, 1, 1.5, 2, 3];
const CONNECTION_LIFE_MS = 10_000;

/** One of any number of runs at random, all that is in the fit's range: the same for the same number. */
export function sojournRun(number: number): SojournRun {
  const rng = createRng("fit sojourn").split(number);
  const limitCores = LIMITS[rng.integer(LIMITS.length)]!;
  const workMs = logUniform(rng, limitCores > 1 ? 2 : 1.5, limitCores > 1 ? 40 : Math.min(60, limitCores * 120));
  const work = randomWork(rng, workMs);
  const dealing = {
    replicas: Math.round(logUniform(rng, 1, 20)),
    callers: rng.uniform() < 0.4 ? 0 : Math.round(logUniform(rng, 1, 16)),
    timeScale: rng.uniform() < 0.5 ? 1 : logUniform(rng, 1, 30),
  };
  const utilisation = rng.uniform() < 0.5 ? rng.between(0.1, 0.97) : rng.between(0.6, 0.97);
  const station = { workMs, workScv: squaredCv(work), limitCores };
  const { counts } = simulate(station, work, dealing, utilisation, rng.next());
  const latency = Array.from(counts, (count, bucket) => [bucket, count] as const).filter(([, count]) => count > 0);
  return { station, dealing, utilisation, latency };
}

function logUniform(rng: Rng, low: number, high: number): number {
  return low * Math.exp(rng.uniform() * Math.log(high / low));
}

function randomWork(rng: Rng, mean: number): Distribution {
  const kinds: readonly Distribution[] = [
    { kind: "constant", mean },
    { kind: "exponential", mean },
    { kind: "exponential", mean },
    { kind: "exponential", mean },
    { kind: "lognormal", mean, cv: 0.5 },
    { kind: "lognormal", mean, cv: 1 },
    { kind: "lognormal", mean, cv: Math.SQRT2 },
  ];
  return kinds[rng.integer(kinds.length)]!;
}

function simulate(
  { workMs, limitCores }: Station,
  work: Distribution,
  { replicas, callers, timeScale }: Dealing,
  utilisation: number,
  seed: number,
): Histogram {
  const ratePerS = ((utilisation * replicas * limitCores) / workMs) * 1_000;
  const lengthMs = (Math.min(900_000, Math.max(120_000, 40 * ratePerS)) / ratePerS) * 1_000;
  const call: Call = { service: "b", endpoint: "default", probability: 1, times: 1, timeoutMs: 1e7, retries: 0 };
  const services = [service("b", work, limitCores, [])];
  if (callers > 0) services.unshift(service("a", { kind: "constant", mean: CALLER_MS }, 64, [[call]]));
  const topology = topologyOf(services);
  const { services: declared, ...rest } = declaredCalibration(topology, kubernetesTiming);
  const calibration = { ...rest, services: declared.map((one) => Object.assign({}, one, { fixedLatencyMs: 0 })) };
  const twin = createRequestTwin(topology, calibration, {
    rng: createRng(seed),
    ratePerS: Float64Array.of(ratePerS),
    stepMs: 1_000,
    initialReplicas: Float64Array.from(callers > 0 ? [callers, replicas] : [replicas]),
    callCpuMs: 0,
    entryTimeoutMs: 1e9,
    connectionLifeMs: CONNECTION_LIFE_MS / timeScale,
  });
  twin.advanceTo(0.15 * lengthMs);
  twin.latency.counts.fill(0);
  twin.advanceTo(1.15 * lengthMs);
  return twin.latency;
}

function service(name: string, workMs: Distribution, cores: number, calls: Call[][]): Service {
  return {
    name,
    cpuMilli: 1_000 * cores,
    memoryMiB: 128,
    minReplicas: 1,
    maxReplicas: 40,
    startupMs: { kind: "constant", mean: 5_000 },
    concurrency: 32,
    queueLimit: 1e6,
    endpoints: [{ name: "default", workMs, errorRate: 0, addedLatencyMs: { kind: "constant", mean: 0 }, calls }],
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
  };
}

function topologyOf(services: readonly Service[]): Topology {
  const entries = [{ service: services[0]!.name, endpoint: "default", share: 1 }];
  return { name: "sojourn", services, entries, objective: { p95Ms: 200, availability: 0.99 } };
}

export function momentsOf({ latency, dealing }: SojournRun): Moments {
  const offsetMs = dealing.callers > 0 ? CALLER_MS : 0;
  const total = latency.reduce((sum, [, count]) => sum + count, 0);
  const about = (centre: number, power: number): number =>
    latency.reduce((sum, [bucket, count]) => sum + count * (bucketMs(bucket) - offsetMs - centre) ** power, 0) / total;
  const meanMs = about(0, 1);
  return { meanMs, variance: about(meanMs, 2), third: about(meanMs, 3) };
}
