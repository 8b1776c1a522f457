import type { Autoscaler, Proposal } from "../loop/autoscaler.ts";
import type { Readings } from "../readings/readings.ts";

/** Why the word of an autoscaler is not to be trusted now, as short sentences: [services][...]; empty where it is. */
export type Doubts = (readings: Readings, proposals: readonly Proposal[]) => readonly (readonly string[])[];

/**
 * An autoscaler whose place another one takes, service by service and period by period, while there is doubt. The other
 * sees all readings all the time, so that its windows are full when it is needed. Both start with this run.
 */
export function withFallback(autoscaler: Autoscaler, fallback: Autoscaler, doubts: Doubts): Autoscaler {
  return {
    name: autoscaler.name,
    decide(readings) {
      const proposals = autoscaler.decide(readings);
      const others = fallback.decide(readings);
      const because = doubts(readings, proposals);
      return proposals.map((proposal, service) =>
        because[service]!.length === 0
          ? proposal
          : substituted(proposal, others[service]!, { by: fallback.name, because: because[service]! }),
      );
    },
  };
}

function substituted(
  { replicas, evidence }: Proposal,
  other: Proposal,
  { by, because }: { readonly by: string; readonly because: readonly string[] },
): Proposal {
  return {
    replicas: other.replicas,
    ...(other.cpuMilli === undefined ? {} : { cpuMilli: other.cpuMilli }),
    reasons: other.reasons,
    substitution: { by, because, instead: replicas },
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** Each service's doubts of several kinds, one after another. */
export function allDoubts(...kinds: readonly Doubts[]): Doubts {
  return (readings, proposals) => {
    const each = kinds.map((kind) => kind(readings, proposals));
    return proposals.map((_, service) => each.flatMap((doubts) => doubts[service]!));
  };
}
