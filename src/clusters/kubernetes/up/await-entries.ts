import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { EntryUrl } from "../../../control/loop/running-cluster.ts";

/** The nodes hear of new pods a second or two after they are ready. */
const PATIENCE_MS = 20_000;
const AGAIN_MS = 250;
const ANSWER_MS = 5_000;
/** What pods say whose callees the nodes have not heard of yet. */
const NOT_YET: ReadonlySet<number> = new Set([502, 503, 504]);

/** Waits until each entry answers one request from this machine, through whatever it calls; the addresses that do not. */
export async function awaitEntries(entries: readonly EntryUrl[], signal: AbortSignal): Promise<readonly string[]> {
  const urls = entries.map(({ url }) => url);
  const isUp = await Promise.all(urls.map((url) => answers(url, signal)));
  return urls.filter((_, index) => !isUp[index]);
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (performance.now() < untilMs) {
    if (await isServed(url)) return true;
    await sleep(AGAIN_MS, undefined, { signal });
  }
  return false;
}

/** No answer is an answer: not yet. */
async function isServed(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await body.dump();
    return !NOT_YET.has(statusCode);
  } catch {
    return false;
  }
}
