// `node neighbour.ts CORES MIB SECONDS`: takes so many cores and so much memory for so long, then ends.
import { setTimeout as sleep } from "node:timers/promises";
import { type FurtherCpu, startThreads } from "./burning-threads.ts";

// Whoever started it is gone, or wants it to end.
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const MIB = 1_048_576;
/** Burnt at a stretch, ms; a fraction of a core is stretches with pauses. */
const STRETCH_MS = 20;

const [cores, memoryMiB, seconds] = process.argv.slice(2).map(Number);
if (!isAmount(cores, 64) || !isAmount(memoryMiB, 65_536) || !isAmount(seconds, 604_800)) {
  console.error("usage: neighbour.ts CORES MIB SECONDS, each from 0 on");
  process.exit(1);
}

setTimeout(() => process.exit(0), Math.min(seconds * 1_000, 2 ** 31 - 1));
// Written to, because a page that nobody wrote to takes no memory.
const held = Array.from({ length: Math.ceil(memoryMiB) }, () => Buffer.alloc(MIB, 1));
const threads = startThreads(Math.ceil(cores));
for (const thread of threads) void burn(thread, cores / threads.length);
console.log(JSON.stringify({ event: "neighbour", cores, memoryMiB: held.length }));

async function burn(thread: FurtherCpu, share: number): Promise<never> {
  for (;;) {
    const usedMs = await new Promise<number>((resolve) => thread.burn(STRETCH_MS, resolve));
    if (share < 1) await sleep(usedMs / share - usedMs);
  }
}

function isAmount(value: number | undefined, most: number): value is number {
  return value !== undefined && value >= 0 && value <= most;
}
