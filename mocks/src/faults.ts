import type { FaultOrder, StandingFault } from "./config.ts";

/** What is wrong with a replica because it was told so. Each of these ends by itself. */
export type Faults = {
  /** Does what an order says; another of the same kind replaces the one before. */
  obey(order: FaultOrder): void;
  /** Factor on CPU work at the moment. */
  workFactor(): number;
  /** The CPU limit is divided by this at the moment. */
  limitDivisor(): number;
  isUnready(): boolean;
  areMetricsLost(): boolean;
};

type Clocks = { readonly nowMs: () => number; readonly epochMs: () => number };

/**
 * @param standing  what holds for every replica that starts, until its time
 * @param exit      ends the process as a crash does
 */
export function createFaults(standing: readonly StandingFault[], clocks: Clocks, exit: () => void): Faults {
  const untilMs = { work: 0, limit: 0, unready: 0, "no-metrics": 0 };
  const factors = { work: 1, limit: 1 };
  const isOn = (kind: keyof typeof untilMs): boolean => untilMs[kind] > 0 && clocks.nowMs() < untilMs[kind];

  function obey(order: FaultOrder): void {
    if (order.kind === "exit") return exit();
    if (order.kind === "heal") {
      untilMs.work = untilMs.limit = untilMs.unready = untilMs["no-metrics"] = 0;
      return;
    }
    untilMs[order.kind] = clocks.nowMs() + order.forMs;
    if (order.kind === "work" || order.kind === "limit") factors[order.kind] = order.factor;
  }

  for (const { kind, factor, untilEpochMs } of standing) {
    const forMs = untilEpochMs - clocks.epochMs();
    if (forMs <= 0 || kind === "startup") continue;
    obey(kind === "no-metrics" ? { kind, forMs } : { kind, factor, forMs });
  }
  return {
    obey,
    workFactor: () => (isOn("work") ? factors.work : 1),
    limitDivisor: () => (isOn("limit") ? factors.limit : 1),
    isUnready: () => isOn("unready"),
    areMetricsLost: () => isOn("no-metrics"),
  };
}

/** Factor on the start-up time of a replica that starts now. */
export function startupFactor(standing: readonly StandingFault[], epochMs: number): number {
  return standing.find(({ kind, untilEpochMs }) => kind === "startup" && epochMs < untilEpochMs)?.factor ?? 1;
}

/** A day: no fault needs to be longer, and none can be for good. */
const LONGEST_MS = 86_400_000;
const MOST_FACTOR = 1_000;

/** An order, or undefined for what is none. */
export function readOrder(value: unknown): FaultOrder | undefined {
  if (typeof value !== "object" || value === null || !("kind" in value)) return undefined;
  const { kind } = value;
  if (kind === "exit" || kind === "heal") return { kind };
  const forMs = "forMs" in value ? value.forMs : undefined;
  if (!isIn(forMs, 0, LONGEST_MS)) return undefined;
  if (kind === "unready" || kind === "no-metrics") return { kind, forMs };
  const factor = "factor" in value ? value.factor : undefined;
  return (kind === "work" || kind === "limit") && isIn(factor, 1, MOST_FACTOR) ? { kind, factor, forMs } : undefined;
}

function isIn(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}
