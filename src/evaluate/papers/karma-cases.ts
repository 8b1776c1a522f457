import { cpuMsPerEntryRequest } from "../../system/topology/bottleneck.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Scenario, ScenarioFault } from "../../system/workload/scenario.ts";
import { machineCoresFor } from "../../twin/cluster/machine-cores.ts";
import { initialSizes } from "../initial-sizes.ts";

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
const startS = 600;
const durationS = 900;
const lengthS = 2_700;

/**
 * The five families in their intensities. From the sources: the families, arrivals x 1 to 8, 1 to 20 % of the pods. Ours,
 * because no source says them: what the percentages are per (a minute), all other intensities, places, times, lengths.
 *
 * @param volumePerS  arrivals of users, requests per second
 * @source KARMA paper (arXiv 2505.21559), its five scenarios; its journal draft, intensities
 */
export function karmaCases(topology: Topology, volumePerS: number): KarmaCase[] {
  const caseOf = (family: KarmaFamily, intensity: string, faults: readonly ScenarioFault[]): KarmaCase => ({
    family,
    intensity,
    scenario: scenarioOf(volumePerS, faults),
  });
  const service = bottleneckOf(topology);
  return [
    ...[2, 3, 5].map((factor) => caseOf("bottleneck", `work x ${factor}`, [bottleneck(service, factor)])),
    ...[1, 2, 4, 8].map((factor) => caseOf("ddos", `arrivals x ${factor}`, factor > 1 ? [flood(factor)] : [])),
    ...[1, 5, 10, 20].map((percent) =>
      caseOf("pod failure", `${percent} % a minute`, podFailures(topology, volumePerS, percent / 100)),
    ),
    ...[2, 3, 5].map((times) => caseOf("contention", `${times} x the machine`, [neighbour(topology, times)])),
    caseOf("mixed", "all at once", [
      bottleneck(service, 1.5),
      flood(2),
      ...podFailures(topology, volumePerS, 0.05),
      neighbour(topology, 1.5),
    ]),
  ];
}

function scenarioOf(volumePerS: number, faults: readonly ScenarioFault[]): Scenario {
  const arrivals = { process: "poisson", volumePerS, flashCrowds: [], isSynthetic: false } as const;
  return { arrivals, faults, lengthS, seed: 1 };
}

/** The service that is first at its limit when traffic grows. */
function bottleneckOf(topology: Topology): string {
  const costMs = cpuMsPerEntryRequest(topology);
  const ratesPerS = topology.services.map(({ maxReplicas, cpuMilli }, k) => (maxReplicas * cpuMilli) / costMs[k]!);
  return topology.services[ratesPerS.indexOf(Math.min(...ratesPerS))]!.name;
}

function bottleneck(service: string, factor: number): ScenarioFault {
  return { kind: "bottleneck", startS, durationS, service, factor };
}

function flood(factor: number): ScenarioFault {
  return { kind: "ddos", startS, durationS, target: "entry", factor };
}

/** Crashes as a Poisson process in each service: this share, in a minute, of the replicas it starts with. */
function podFailures(topology: Topology, volumePerS: number, sharePerMinute: number): ScenarioFault[] {
  const sizes = initialSizes(topology, volumePerS);
  return topology.services.map(({ name }, k) => ({
    kind: "crash",
    startS,
    durationS,
    service: name,
    perMinute: sharePerMinute * sizes[k]!,
  }));
}

/** A neighbour who wants so many times the cores of the machine that all services share. */
function neighbour(topology: Topology, times: number): ScenarioFault {
  const service = bottleneckOf(topology);
  const cores = times * machineCoresFor(topology);
  return { kind: "contention", startS, durationS, service, cores, memoryMiB: 0 };
}
