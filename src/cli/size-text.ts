import type { CpuStep, Decision } from "../control/loop/autoscaler.ts";

/** What a decision did to a service: `2 -> 3`, `stays at 3`, `stays at 3, CPU 500m -> 650m`. */
export function sizeText({ from, applied, cpuMilli }: Pick<Decision, "from" | "applied" | "cpuMilli">): string {
  const replicas = from === applied ? `stays at ${from}` : `${from} -> ${applied}`;
  return cpuMilli === undefined ? replicas : `${replicas}, ${cpuText(cpuMilli)}`;
}

function cpuText({ from, applied }: CpuStep): string {
  return from === applied ? `CPU stays at ${from}m` : `CPU ${from}m -> ${applied}m`;
}
