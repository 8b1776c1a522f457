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
export function createGuard(rules: GuardRules, bounds: GuardBounds, services: number, environments: number): Guard {
  const { minReplicas, maxReplicas } = bounds;
  if (minReplicas.length !== services || maxReplicas.length !== services) {
    throw new Error(`guard bounds of ${minReplicas.length} and ${maxReplicas.length} services, expected ${services}`);
  }
  const cells = services * environments;

  return (readings, wanted, applied, verdicts) => {
    for (let cell = 0; cell < cells; cell++) {
      const service = Math.floor(cell / environments);
      const from = readings.desired[cell]!;
      const desired = Number.isNaN(from) ? minReplicas[service]! : from;
      const hold = holdVerdict(wanted[cell]!, readings.cpu[cell]!, readings.ageMs[cell]!, rules.staleAfterMs);
      let verdict = hold;
      let size = desired;
      if (hold === 0) {
        const wish = Math.round(wanted[cell]!);
        const highest = highestSize(desired, rules);
        const lowest = lowestSize(desired, rules);
        size = Math.min(highest, Math.max(lowest, wish));
        if (wish > highest) verdict |= guardVerdicts.tooFastUp;
        if (wish < lowest) verdict |= guardVerdicts.tooFastDown;
      }
      if (size > maxReplicas[service]!) verdict |= guardVerdicts.aboveMaximum;
      if (size < minReplicas[service]!) verdict |= guardVerdicts.belowMinimum;
      applied[cell] = Math.min(maxReplicas[service]!, Math.max(minReplicas[service]!, size));
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

/** The largest size one decision may reach; never below the present one. */
function highestSize(desired: number, rules: GuardRules): number {
  return Math.max(desired, Math.floor(desired * rules.upFactor), desired + rules.upPods);
}

/** The smallest size one decision may reach: at least one replica may always go, unless none may. */
function lowestSize(desired: number, rules: GuardRules): number {
  if (rules.downShare === 0) return desired;
  return Math.min(desired - 1, Math.ceil(desired * (1 - rules.downShare)));
}
