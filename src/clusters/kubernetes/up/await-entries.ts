import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { EntryUrl } from "../../../control/loop/running-cluster.ts";

/** The nodes hear of new pods a second or two after they are ready. */
const PATIENCE_MS = 15_000;
const AGAIN_MS = 200;
const ANSWER_MS = 3_000;

/** Waits until the pods behind each entry say that they are ready, as seen from this machine; the addresses that do not. */
export async function awaitEntries(entries: readonly EntryUrl[], signal: AbortSignal): Promise<readonly string[]> {
  const origins = [...new Set(entries.map(({ url }) => new URL(url).origin))];
  const isUp = await Promise.all(origins.map((origin) => answers(origin, signal)));
  return origins.filter((_, index) => !isUp[index]);
}

async function answers(origin: string, signal: AbortSignal): Promise<boolean> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (performance.now() < untilMs) {
    if (await isReady(`${origin}/readyz`)) return true;
    await sleep(AGAIN_MS, undefined, { signal });
  }
  return false;
}

/** No answer is an answer: not yet. */
async function isReady(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, {
      headersTimeout: ANSWER_MS,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
