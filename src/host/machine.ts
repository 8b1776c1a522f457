import { availableParallelism, loadavg } from "node:os";

/** What else runs on this machine; measuring beside it says more about it than about us. */
export function machineLoad(): { readonly cores: number; readonly runnable: number } {
  return { cores: availableParallelism(), runnable: loadavg()[0] ?? 0 };
}

/** Memory that programs can still have, MiB; a limit on this process counts. */
export function freeMemoryMiB(): number {
  return process.availableMemory() / 2 ** 20;
}
