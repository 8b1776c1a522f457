import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import { sample } from "../../core/distribution.ts";
import { createRng } from "../../core/rng.ts";
import { PERIOD_MS } from "../quota/quota-period.ts";
import type { Moments } from "./latency-tail.ts";
import { type QuotaQueue, workOff } from "./quota-queue.ts";
import type { Station } from "./sojourn.ts";

/** Makes of the time in a service, as it is where mocks keep themselves to their limits, that of pods. */
export type Stretch = (moments: Moments, utilisation: number) => Moments;

/** Utilisations at which a pod is worked through: these / 10. Between them the factors are linear, below as at the first. */
const KNOTS = 9;
/** Phases between the two periods, spread evenly, and the requests of each. */
const PHASES = 8;
const REQUESTS = 2_000;
/** Those that are finished first are not counted: replicas begin empty. */
const WARM_UP = 200;

/** What the second quota makes of a time: of its mean, its standard deviation and the cube root of its third moment. */
type Factors = readonly [mean: number, deviation: number, root: number];
const NONE: Factors = [1, 1, 1];

/**
 * A pod works while neither its container's quota nor its own is used up, and their periods begin at moments of their own:
 * see docs/twin-requests.md, "A pod's quota". What that makes of the time in one replica alone is worked out request by
 * request, under a mock's quota and under the pod's, the same requests both times; the mean is over phases. A service of
 * several replicas takes so many times as long too. At full use there is no difference: either gives the limit, no more.
 *
 * Undefined where the table holds as it is: without a quota of two groups, and without a limit that can bind.
 */
export function podStretch(station: Station, quota: CpuQuota | undefined): Stretch | undefined {
  if (quota?.groups !== 2 || Number.isInteger(station.limitCores)) return undefined;
  const knots = knotsOf(station, quota);
  return ({ meanMs, variance, third }, utilisation) => {
    const [mean, deviation, root] = between(knots, utilisation * (KNOTS + 1) - 1);
    return { meanMs: meanMs * mean, variance: variance * deviation ** 2, third: third * root ** 3 };
  };
}

/** Of pods that were asked for: a comparison makes many twins of the same ones. */
const known = new Map<string, readonly Factors[]>();
const MOST_KNOWN = 256;

/** [KNOTS + 1]; the last is full use. */
function knotsOf(station: Station, quota: CpuQuota): readonly Factors[] {
  const { workMs, workScv, limitCores } = station;
  const key = `${workMs} ${workScv} ${limitCores}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const draws = drawRequests(workScv);
  const knots = Array.from({ length: KNOTS }, (_, knot) => factorsAt(station, (knot + 1) / (KNOTS + 1), quota, draws));
  knots.push(NONE);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, knots);
  return knots;
}

function between(knots: readonly Factors[], place: number): Factors {
  const within = Math.min(Math.max(0, place), knots.length - 1);
  const low = Math.min(Math.floor(within), knots.length - 2);
  const part = within - low;
  const of = (at: 0 | 1 | 2): number => knots[low]![at] + (knots[low + 1]![at] - knots[low]![at]) * part;
  return [of(0), of(1), of(2)];
}

type Draws = Pick<QuotaQueue, "gaps" | "works">;

/** Of each phase. What a mean and a variance leave open is taken for a lognormal. */
function drawRequests(workScv: number): readonly Draws[] {
  const rng = createRng("requests of a pod");
  const work = { kind: "lognormal", mean: 1, cv: Math.sqrt(workScv) } as const;
  return Array.from({ length: PHASES }, () => ({
    gaps: Float64Array.from({ length: REQUESTS }, () => rng.exponential()),
    works: Float64Array.from({ length: REQUESTS }, () => sample(work, rng)),
  }));
}

function factorsAt(station: Station, utilisation: number, quota: CpuQuota, draws: readonly Draws[]): Factors {
  const own = momentsOf(station, utilisation, undefined, draws);
  const pod = momentsOf(station, utilisation, quota, draws);
  return [
    pod.meanMs / own.meanMs,
    own.variance > 0 ? Math.sqrt(pod.variance / own.variance) : 1,
    own.third > 0 && pod.third > 0 ? Math.cbrt(pod.third / own.third) : 1,
  ];
}

function momentsOf(
  station: Station,
  utilisation: number,
  quota: CpuQuota | undefined,
  draws: readonly Draws[],
): Moments {
  const sojournsMs: number[] = [];
  for (const [phase, drawn] of draws.entries()) {
    let finished = 0;
    const phasesMs = [PERIOD_MS, (PERIOD_MS * (phase + 0.5)) / PHASES];
    workOff({ station, utilisation, quota, phasesMs, ...drawn }, (sojournMs) => {
      if (++finished > WARM_UP) sojournsMs.push(sojournMs);
    });
  }
  const mean = (of: (ms: number) => number): number =>
    sojournsMs.reduce((sum, ms) => sum + of(ms), 0) / sojournsMs.length;
  const meanMs = mean((ms) => ms);
  return { meanMs, variance: mean((ms) => (ms - meanMs) ** 2), third: mean((ms) => (ms - meanMs) ** 3) };
}
