import type { Timing } from "../../control/loop/timing.ts";
import type { Problem } from "../../core/errors.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { type Calibration, declaredCalibration } from "./calibration.ts";
import type { Estimate } from "./estimate.ts";
import { fitDemand } from "./fit-demand.ts";
import { fitLatency } from "./fit-latency.ts";
import { fitStartup } from "./fit-startup.ts";
import type { Recording } from "./recording.ts";

export type CalibrationReport = {
  /** In the topology's order. */
  readonly services: readonly ServiceReport[];
  /** What the recording does not cover; there the topology's word was taken. */
  readonly problems: readonly Problem[];
};

type ServiceReport = {
  readonly service: string;
  /** Samples of CPU that could be used. */
  readonly samples: number;
  /** Replicas seen from creation to ready. */
  readonly startups: number;
  readonly cpuMsPerRequest: Estimate;
  readonly idleCpuShare: Estimate;
  readonly startupMeanMs: Estimate;
  readonly fixedLatencyMs: Estimate;
};

/** Fits the twin to a recording of the running topology. What the recording does not tell is taken as declared. */
export function calibrate(
  recording: Recording,
  topology: Topology,
  timing: Timing,
): { readonly calibration: Calibration; readonly report: CalibrationReport } {
  checkServices(recording, topology);
  const declared = declaredCalibration(topology, timing);
  const demands = topology.services.map((service, index) =>
    fitDemand(recording, index, service, declared.services[index]!, timing),
  );
  const startups = topology.services.map(({ name }, index) =>
    fitStartup(recording.events, name, declared.services[index]!.startupMs),
  );
  const cpuMs = demands.map(({ cpuMsPerRequest }) => cpuMsPerRequest.value);
  const latency = fitLatency(recording, topology, cpuMs, declared.services[0]!.fixedLatencyMs, timing);
  const services = topology.services.map(({ name }, index): ServiceReport => ({
    service: name,
    samples: demands[index]!.samples,
    startups: startups[index]!.startups,
    cpuMsPerRequest: demands[index]!.cpuMsPerRequest,
    idleCpuShare: demands[index]!.idleCpuShare,
    startupMeanMs: startups[index]!.meanMs,
    fixedLatencyMs: latency.fixedLatencyMs,
  }));
  const problems = [
    ...problemsOf(topology, demands, "cpu"),
    ...problemsOf(topology, startups, "startup"),
    ...(latency.problem === undefined ? [] : [{ path: "fixedLatency", message: latency.problem }]),
  ];
  const calibration: Calibration = {
    source: services.some(isMeasured) ? "measured" : "declared",
    timing,
    services: services.map(({ cpuMsPerRequest, idleCpuShare, fixedLatencyMs }, index) => ({
      cpuMsPerRequest: cpuMsPerRequest.value,
      idleCpuShare: idleCpuShare.value,
      fixedLatencyMs: fixedLatencyMs.value,
      startupMs: startups[index]!.startupMs,
    })),
  };
  return { calibration, report: { services, problems } };
}

function isMeasured(service: ServiceReport): boolean {
  return [service.cpuMsPerRequest, service.startupMeanMs].some(({ source }) => source === "measured");
}

function problemsOf(topology: Topology, fits: readonly { readonly problem?: string }[], field: string): Problem[] {
  return fits.flatMap(({ problem }, index) =>
    problem === undefined ? [] : [{ path: `services.${topology.services[index]!.name}.${field}`, message: problem }],
  );
}

function checkServices(recording: Recording, topology: Topology): void {
  const expected = topology.services.map(({ name }) => name).join(", ");
  const found = recording.services.join(", ");
  if (found !== expected) throw new Error(`a recording of ${expected} is needed, this one is of ${found}`);
}
