import { initialSizes } from "../../../control/need/initial-sizes.ts";
import { cpuMsPerEntryRequest } from "../../../system/topology/bottleneck.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import type { ScenarioFault } from "../../../system/workload/scenario.ts";
import { machineCoresFor } from "../../../twin/cluster/machine-cores.ts";

/** KARMA's five kinds of trouble. */
export const troubleFamilies = ["bottleneck", "ddos", "pod-failure", "contention", "mixed"] as const;
export type TroubleFamily = (typeof troubleFamilies)[number];

/** What the intensity of a family is. */
export type TroubleScale = {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Those that are drawn from where nobody says one. */
  readonly levels: readonly number[];
};

/**
 * From the sources: the families, arrivals x 1 to 8, 1 to 20 % of the pods. Ours, because no source says them: what the
 * percentages are per (a minute), and all other intensities.
 *
 * @source KARMA paper (arXiv 2505.21559), its five scenarios; its journal draft, intensities
 */
export const troubleScales: Readonly<Record<TroubleFamily, TroubleScale>> = {
  bottleneck: { unit: "times the work", min: 1, max: 100, levels: [2, 3, 5] },
  ddos: { unit: "times the arrivals", min: 1, max: 100, levels: [1, 2, 4, 8] },
  "pod-failure": { unit: "% of the pods a minute", min: 0, max: 100, levels: [1, 5, 10, 20] },
  contention: { unit: "times the machine", min: 0, max: 100, levels: [2, 3, 5] },
  mixed: { unit: "times all of them mildly", min: 0, max: 20, levels: [1] },
};

/** When trouble begins and how long it lasts, s of the scenario. */
export type TroubleTime = { readonly startS: number; readonly durationS: number };

/**
 * The faults of one kind of trouble.
 *
 * @param intensity   see {@link troubleScales}
 * @param volumePerS  arrivals of users in the mean, requests per second
 */
export function troubleFaults(
  family: TroubleFamily,
  intensity: number,
  topology: Topology,
  volumePerS: number,
  time: TroubleTime,
): readonly ScenarioFault[] {
  switch (family) {
    case "bottleneck":
      return [{ kind: "bottleneck", ...time, service: bottleneckOf(topology), factor: intensity }];
    case "ddos":
      return intensity > 1 ? [{ kind: "ddos", ...time, target: "entry", factor: intensity }] : [];
    case "pod-failure":
      return intensity > 0 ? podFailures(topology, volumePerS, intensity / 100, time) : [];
    case "contention":
      return intensity > 0 ? [neighbour(topology, intensity, time)] : [];
    case "mixed":
      return [
        ...troubleFaults("bottleneck", 1 + 0.5 * intensity, topology, volumePerS, time),
        ...troubleFaults("ddos", 1 + intensity, topology, volumePerS, time),
        ...troubleFaults("pod-failure", 5 * intensity, topology, volumePerS, time),
        ...troubleFaults("contention", 1.5 * intensity, topology, volumePerS, time),
      ];
  }
}

/** The service that is first at its limit when traffic grows. */
function bottleneckOf(topology: Topology): string {
  const costMs = cpuMsPerEntryRequest(topology);
  const ratesPerS = topology.services.map(({ maxReplicas, cpuMilli }, k) => (maxReplicas * cpuMilli) / costMs[k]!);
  return topology.services[ratesPerS.indexOf(Math.min(...ratesPerS))]!.name;
}

/** Crashes as a Poisson process in each service: this share, in a minute, of its size for the mean arrivals at 60 % CPU. */
function podFailures(
  topology: Topology,
  volumePerS: number,
  sharePerMinute: number,
  time: TroubleTime,
): readonly ScenarioFault[] {
  const sizes = initialSizes(topology, volumePerS);
  return topology.services.map(({ name }, k) => ({
    kind: "crash",
    ...time,
    service: name,
    perMinute: sharePerMinute * sizes[k]!,
  }));
}

/** A neighbour who wants so many times the cores of the machine that all services share. */
function neighbour(topology: Topology, times: number, time: TroubleTime): ScenarioFault {
  const cores = times * machineCoresFor(topology);
  return { kind: "contention", ...time, service: bottleneckOf(topology), cores, memoryMiB: 0 };
}
