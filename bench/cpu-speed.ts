import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Rounds of each figure. */
export const PAIRS = 7;

/**
 * What is done per second of CPU time, the engine's own threads included: others on the machine are not measured.
 *
 * @param work  does something and returns how much it was
 */
export function perCpuSecond(work: () => number): number {
  const start = process.cpuUsage();
  const done = work();
  const { user, system } = process.cpuUsage(start);
  return (done * 1e6) / (user + system);
}

/**
 * What a process has that has thrown away all that it could, MiB: array buffers go a while after their owners. Memory of
 * WebAssembly counts as it is reserved, whether it was ever written or not.
 */
export function memoryMiB(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 2 ** 20;
  };
  let least = used();
  for (let tries = 0; tries < 5; tries++) least = Math.min(least, used());
  return least;
}
