import { createCpuGuard, createGuard } from "../guard/apply.ts";
import { explainCpuVerdict, explainVerdict } from "../guard/explain.ts";
import type { GuardBounds, GuardRules } from "../guard/guard.ts";
import type { Readings } from "../readings/readings.ts";
import type { CpuStep, Decision, Proposal } from "./autoscaler.ts";

/** Sizes last known of each service, from readings and from what was applied since: [services]. */
export type KnownSizes = {
  readonly replicas: Float64Array;
  /** CPU limit of each replica, millicores; NaN = never told. */
  readonly cpuMilli: Float64Array;
};

/** Before the first readings: the smallest number allowed, no limit. */
export function createKnownSizes({ minReplicas }: GuardBounds): KnownSizes {
  return { replicas: Float64Array.from(minReplicas), cpuMilli: new Float64Array(minReplicas.length).fill(Number.NaN) };
}

/** A size that the readings leave out is the one last known, so that the guard does not start from elsewhere. */
export function rememberSizes(readings: Readings, known: KnownSizes): void {
  remember(readings.desired, known.replicas);
  remember(readings.cpuMilli, known.cpuMilli);
}

function remember(seen: Float64Array, known: Float64Array): void {
  for (const [index, size] of seen.entries()) {
    if (Number.isNaN(size)) seen[index] = known[index]!;
    else known[index] = size;
  }
}

export type GuardedSpec = {
  readonly rules: GuardRules;
  readonly bounds: GuardBounds;
  readonly services: readonly string[];
};

/** What the guard makes of proposals, one for each service. */
export type Guarded = (
  atMs: number,
  readings: Readings,
  proposals: readonly Proposal[],
  known: KnownSizes,
) => Decision[];

export function createGuarded({ rules, bounds, services }: GuardedSpec): Guarded {
  const replicas = guardColumns(services.length);
  const cpu = guardColumns(services.length);
  const guard = createGuard(rules, bounds, services.length, 1);
  const cpuGuard = createCpuGuard(rules, bounds, services.length, 1);
  return (atMs, readings, proposals, known) => {
    for (const [index, proposal] of proposals.entries()) {
      replicas.wanted[index] = proposal.replicas;
      cpu.wanted[index] = proposal.cpuMilli ?? known.cpuMilli[index]!;
    }
    guard(readings, replicas.wanted, replicas.applied, replicas.verdicts);
    cpuGuard(readings, cpu.wanted, cpu.applied, cpu.verdicts);
    return services.map((service, index) => {
      const proposal = proposals[index]!;
      const resized = resizedTo(proposal, known.cpuMilli[index]!, cpu, index);
      return {
        atMs,
        service,
        from: known.replicas[index]!,
        proposed: replicas.wanted[index]!,
        applied: replicas.applied[index]!,
        ...(resized.step === undefined ? {} : { cpuMilli: resized.step }),
        reasons: proposal.reasons,
        guarded: [...explainVerdict(replicas.verdicts[index]!), ...resized.guarded],
        ...backgroundOf(proposal),
      };
    });
  };
}

type GuardColumns = {
  readonly wanted: Float64Array;
  readonly applied: Float64Array;
  readonly verdicts: Uint8Array;
};

function guardColumns(services: number): GuardColumns {
  return {
    wanted: new Float64Array(services),
    applied: new Float64Array(services),
    verdicts: new Uint8Array(services),
  };
}

type Resized = { readonly step: CpuStep | undefined; readonly guarded: readonly string[] };

const leftAlone: Resized = { step: undefined, guarded: [] };

/** A limit that nobody wants to set is left alone, and so is one that nobody knows. */
function resizedTo({ cpuMilli }: Proposal, from: number, { applied, verdicts }: GuardColumns, index: number): Resized {
  if (cpuMilli === undefined) return leftAlone;
  if (Number.isNaN(from)) return { step: undefined, guarded: ["the CPU limit of its replicas is not known: CPU held"] };
  return {
    step: { from, proposed: cpuMilli, applied: applied[index]! },
    guarded: explainCpuVerdict(verdicts[index]!),
  };
}

function backgroundOf({ evidence, substitution }: Proposal): Pick<Decision, "evidence" | "substitution"> {
  return { ...(evidence === undefined ? {} : { evidence }), ...(substitution === undefined ? {} : { substitution }) };
}
