import { guardVerdicts } from "./guard.ts";
import type { Guard, GuardBounds, GuardRules } from "./guard.ts";

/**
 * A pure function of rules and bounds. For each cell, in this order:
 *
 * 1. hold the desired size when the wish is not a number, or readings are missing or stale;
 * 2. otherwise round the wish to a whole number and cut it to the rates;
 * 3. last, always, cut to [minReplicas, maxReplicas]: bounds outrank rates and holds.
 *
 * A desired size that is itself unknown counts as the smallest allowed one. Applied sizes are always whole, finite and
 * inside the bounds.
 */
export function createGuard(
  rules: GuardRules,
  { minReplicas, maxReplicas }: Pick<GuardBounds, "minReplicas" | "maxReplicas">,
  services: number,
  environments: number,
): Guard {
  return createStepGuard(
    {
      signal: "desired",
      least: minReplicas,
      most: maxReplicas,
      unknown: minReplicas,
      highest: (desired) => Math.max(desired, Math.floor(desired * rules.upFactor), desired + rules.upPods),
      lowest: (desired) => lowestSize(desired, rules.downShare),
      staleAfterMs: rules.staleAfterMs,
    },
    services,
    environments,
  );
}

/**
 * The same for the CPU limit of each replica, in whole millicores. A limit that is unknown counts as the largest allowed
 * one. Only for cells whose limit somebody wants to set: an autoscaler that says nothing of limits leaves them alone,
 * outside the bounds too.
 */
export function createCpuGuard(
  rules: GuardRules,
  { minCpuMilli, maxCpuMilli }: Pick<GuardBounds, "minCpuMilli" | "maxCpuMilli">,
  services: number,
  environments: number,
): Guard {
  return createStepGuard(
    {
      signal: "cpuMilli",
      least: minCpuMilli,
      most: maxCpuMilli,
      unknown: maxCpuMilli,
      highest: (milli) => Math.max(milli, Math.floor(milli * rules.cpuUpFactor)),
      lowest: (milli) => lowestSize(milli, rules.cpuDownShare),
      staleAfterMs: rules.staleAfterMs,
    },
    services,
    environments,
  );
}

type StepRules = {
  /** The reading that says what the size is now. */
  readonly signal: "desired" | "cpuMilli";
  /** [services] */
  readonly least: Float64Array;
  readonly most: Float64Array;
  /** What a size counts as that no reading tells. */
  readonly unknown: Float64Array;
  /** The largest size one decision may reach; never below the present one. */
  readonly highest: (size: number) => number;
  readonly lowest: (size: number) => number;
  readonly staleAfterMs: number;
};

function createStepGuard(rules: StepRules, services: number, environments: number): Guard {
  const { signal, least, most, unknown, highest: highestOf, lowest: lowestOf, staleAfterMs } = rules;
  if (least.length !== services || most.length !== services) {
    throw new Error(`guard bounds of ${least.length} and ${most.length} services, expected ${services}`);
  }
  const cells = services * environments;

  return (readings, wanted, applied, verdicts) => {
    const sizes = readings[signal];
    for (let cell = 0; cell < cells; cell++) {
      const service = Math.floor(cell / environments);
      const from = sizes[cell]!;
      const present = Number.isNaN(from) ? unknown[service]! : from;
      const hold = holdVerdict(wanted[cell]!, readings.cpu[cell]!, readings.ageMs[cell]!, staleAfterMs);
      let verdict = hold;
      let size = present;
      if (hold === 0) {
        const wish = Math.round(wanted[cell]!);
        const highest = highestOf(present);
        const lowest = lowestOf(present);
        size = Math.min(highest, Math.max(lowest, wish));
        if (wish > highest) verdict |= guardVerdicts.tooFastUp;
        if (wish < lowest) verdict |= guardVerdicts.tooFastDown;
      }
      if (size > most[service]!) verdict |= guardVerdicts.aboveMaximum;
      if (size < least[service]!) verdict |= guardVerdicts.belowMinimum;
      applied[cell] = Math.min(most[service]!, Math.max(least[service]!, size));
      verdicts[cell] = verdict;
    }
  };
}

/** Bits of every reason to hold; 0 when the wish may be looked at. */
function holdVerdict(wanted: number, cpu: number, ageMs: number, staleAfterMs: number): number {
  let verdict = 0;
  if (Number.isNaN(wanted)) verdict |= guardVerdicts.notANumber;
  if (Number.isNaN(cpu) || Number.isNaN(ageMs)) verdict |= guardVerdicts.missing;
  if (ageMs > staleAfterMs) verdict |= guardVerdicts.stale;
  return verdict;
}

/** The smallest size one decision may reach: at least one replica, or millicore, may always go, unless none may. */
function lowestSize(size: number, downShare: number): number {
  if (downShare === 0) return size;
  return Math.min(size - 1, Math.ceil(size * (1 - downShare)));
}
