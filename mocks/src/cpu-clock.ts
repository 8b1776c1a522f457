/** CPU time this process has used, all threads, ms. */
export function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * CPU time the calling thread has used, ms, moving in microseconds.
 *
 * Where the kernel accounts by ticks, the thread's own counter moves in steps of 4 ms; reading the process first
 * brings it up to date. The pair costs 2 us.
 */
export function threadCpuMs(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The smallest step in which the clock is seen to move during about 1 ms of work, ms. */
export function clockStepMs(cpuMs: () => number): number {
  let smallest = Number.POSITIVE_INFINITY;
  let last = cpuMs();
  const until = last + 1;
  while (last < until) {
    spin(200);
    const now = cpuMs();
    if (now > last) smallest = Math.min(smallest, now - last);
    last = now;
  }
  return smallest;
}

/** Uses CPU until the clock has moved by `ms`. Returns what was used, a few us more. */
export function burnCpu(ms: number, cpuMs: () => number): number {
  const start = cpuMs();
  let used = 0;
  do {
    spin(4_000);
    used = cpuMs() - start;
  } while (used < ms);
  return used;
}

/** Read by nobody; keeps the engine from dropping the loop. */
let sink = 1;

/** About 1 ns a round. */
function spin(rounds: number): void {
  let value = sink;
  for (let i = 0; i < rounds; i++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  sink = value;
}
