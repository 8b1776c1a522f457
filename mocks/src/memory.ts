import type { MockConfig } from "./config.ts";

/** The memory that requests take, in work and for good. */
export type Memory = {
  /** The replica's own memory, from the moment it is to count. */
  fillBase(): void;
  /** A request begins: what it takes while it is in work. It must be given back. */
  take(): Taken;
  giveBack(taken: Taken): void;
};

export type Taken = Uint8Array | undefined;

export type MemoryHooks = {
  /** Resident memory of the process, MiB. */
  readonly residentMiB: () => number;
  /** Ends the process as the kernel does when memory is out. */
  killed(): void;
};

const MIB = 1_048_576;
/** Memory is real once every page of it was written. @source page size of Linux on x86-64 and arm64 */
const PAGE = 4_096;

/**
 * Requests take what they are told to and really touch it. Where no kernel enforces a limit the replica adds up what it
 * should have and ends when that is too much.
 */
export function createMemory(config: MockConfig["memory"], hooks: MemoryHooks): Memory {
  if (config === undefined) return { fillBase: () => undefined, take: () => undefined, giveBack: () => undefined };
  const { baseMiB, perRequestMiB, retainedMiB, limitMiB = Infinity } = config;
  const kept: Uint8Array[] = [];
  let usedMiB = baseMiB;
  let owedMiB = 0;

  function retain(): void {
    usedMiB += retainedMiB;
    owedMiB += retainedMiB;
    // Little by little would be many small pieces: whole MiB at a time.
    if (owedMiB < 1) return;
    kept.push(touched(owedMiB));
    owedMiB = 0;
  }

  return {
    fillBase() {
      const missingMiB = baseMiB - hooks.residentMiB();
      if (missingMiB > 0) kept.push(touched(missingMiB));
    },
    take() {
      usedMiB += perRequestMiB;
      if (usedMiB > limitMiB) hooks.killed();
      return perRequestMiB > 0 ? touched(perRequestMiB) : undefined;
    },
    giveBack(taken) {
      usedMiB -= perRequestMiB;
      if (retainedMiB > 0) retain();
      // Frees it now; the garbage collector would do so some day.
      if (taken !== undefined && taken.buffer instanceof ArrayBuffer) taken.buffer.transfer(0);
    },
  };
}

function touched(sizeMiB: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(Math.ceil(sizeMiB * MIB));
  for (let at = 0; at < bytes.length; at += PAGE) bytes[at] = 1;
  return bytes;
}
