import type { Readings } from "../../../control/readings/readings.ts";
import type { Topology } from "../../../system/topology/topology.ts";

/** The services of one environment, a line each, below what is seen at the entry. */
export function drawServices({ services }: Topology, step: number, readings: Readings): string {
  const width = Math.max(...services.map(({ name }) => name.length));
  const { desired, ready, cpu, queued, droppedPerS, entryArrivalsPerS, entryViolatingShare, entryLatencyMs } = readings;
  const lines = services.map(({ name }, service) =>
    [
      name.padEnd(width),
      `${ready[service]!}/${desired[service]!} ready`.padEnd(13),
      `cpu ${known(100 * cpu[service]!, 0)} %`.padEnd(11),
      `queue ${known(queued[service]!, 1)}`.padEnd(14),
      `dropped ${known(droppedPerS[service]!, 1)}/s`,
    ].join("  "),
  );
  const entry = [
    `step ${step}`,
    `${known(entryArrivalsPerS[0]!, 0)} requests/s`,
    `${known(100 * entryViolatingShare[0]!, 1)} % violating`,
    `${known(entryLatencyMs[0]!, 0)} ms`,
  ];
  return [entry.join(", "), ...lines].join("\n");
}

function known(value: number, digits: number): string {
  return Number.isNaN(value) ? "-" : value.toFixed(digits);
}
