import type { Topology } from "../../system/topology/topology.ts";
import type { Scenario, ScenarioFault } from "../../system/workload/scenario.ts";
import { type TroubleFamily, troubleFaults, troubleScales } from "../../team/env/trouble/families.ts";

/** KARMA's five kinds of trouble. */
export const karmaFamilies = ["bottleneck", "ddos", "pod failure", "contention", "mixed"] as const;
export type KarmaFamily = (typeof karmaFamilies)[number];

/** One kind of trouble in one intensity. */
export type KarmaCase = {
  readonly family: KarmaFamily;
  readonly intensity: string;
  readonly scenario: Scenario;
};

/** When trouble begins and how long it lasts, s; the rest of the play is for recovery. */
const time = { startS: 600, durationS: 900 };
const lengthS = 2_700;

const told: Readonly<Record<KarmaFamily, { readonly trouble: TroubleFamily; readonly say: (one: number) => string }>> =
  {
    bottleneck: { trouble: "bottleneck", say: (factor) => `work x ${factor}` },
    ddos: { trouble: "ddos", say: (factor) => `arrivals x ${factor}` },
    "pod failure": { trouble: "pod-failure", say: (percent) => `${percent} % a minute` },
    contention: { trouble: "contention", say: (times) => `${times} x the machine` },
    mixed: { trouble: "mixed", say: () => "all at once" },
  };

/**
 * The five families in their intensities; places, times and lengths are ours.
 *
 * @param volumePerS  arrivals of users, requests per second
 */
export function karmaCases(topology: Topology, volumePerS: number): KarmaCase[] {
  return karmaFamilies.flatMap((family) => {
    const { trouble, say } = told[family];
    return troubleScales[trouble].levels.map((intensity) => ({
      family,
      intensity: say(intensity),
      scenario: scenarioOf(volumePerS, troubleFaults(trouble, intensity, topology, volumePerS, time)),
    }));
  });
}

function scenarioOf(volumePerS: number, faults: readonly ScenarioFault[]): Scenario {
  const arrivals = { process: "poisson", volumePerS, flashCrowds: [], isSynthetic: false } as const;
  return { arrivals, faults, lengthS, seed: 1 };
}
