/** CPU quantities: Kubernetes writes millicores, the twin counts cores. */
export function milliCpuToCores(milliCpu: number): number {
  return milliCpu / 1_000;
}

export function secondsToMs(seconds: number): number {
  return seconds * 1_000;
}

export const minutesPerDay = 1_440;
