import { setTimeout as sleep } from "node:timers/promises";
import type { ApiCaller } from "../cluster/api-request.ts";

/** Tells when something under a path has changed; what, the next look says. */
export type WakeUp = {
  /** Resolves on the next change, or after so long. */
  next(atMostMs: number): Promise<void>;
  close(): Promise<void>;
};

const SILENCE_MS = 60_000;
const AGAIN_MS = 1_000;
/** Changes that come in one burst are one. */
const BURST_MS = 150;

export function createWakeUp(caller: ApiCaller, path: string, outer: AbortSignal): WakeUp {
  const ended = new AbortController();
  const signal = AbortSignal.any([outer, ended.signal]);
  let wake: (() => void) | undefined;
  let hasChanged = false;
  const watching = keepWatching(caller, path, signal, () => {
    hasChanged = true;
    wake?.();
  });
  return {
    async next(atMostMs) {
      if (!hasChanged) {
        const changed = new Promise<void>((resolve) => (wake = resolve));
        const rung = new AbortController();
        const patience = AbortSignal.any([signal, rung.signal]);
        await Promise.race([changed, quietly(sleep(atMostMs, undefined, { signal: patience }))]);
        rung.abort();
      }
      await quietly(sleep(BURST_MS, undefined, { signal }));
      hasChanged = false;
    },
    async close() {
      ended.abort();
      await watching;
    },
  };
}

async function keepWatching(caller: ApiCaller, path: string, signal: AbortSignal, changed: () => void): Promise<void> {
  while (!signal.aborted) {
    await quietly(watchOnce(caller, path, signal, changed));
    await quietly(sleep(AGAIN_MS, undefined, { signal }));
  }
}

async function watchOnce(caller: ApiCaller, path: string, signal: AbortSignal, changed: () => void): Promise<void> {
  const { statusCode, body } = await caller.stream({ path: `${path}?watch=true`, signal }, SILENCE_MS);
  if (statusCode >= 300) return body.dump();
  for await (const _ of body) changed();
}

/** A watch that breaks costs promptness alone: the next look says what is the matter. */
async function quietly(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch {
    // Ended or broken, which is all the same here.
  }
}
