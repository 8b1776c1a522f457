import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { KarmaError } from "../../../core/errors.ts";
import { callForJson, refusal } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";
import type { PodRegistry } from "./pod-registry.ts";
import { type PodObject, podStateOf } from "./pod-state.ts";

type PodList = { readonly metadata: { readonly resourceVersion: string }; readonly items: readonly PodObject[] };
type WatchLine = { readonly type: string; readonly object: PodObject };

export type PodWatch = {
  /** Why the registry may be behind; undefined while it is not. A bug of the watch stays here for good. */
  lost(): unknown;
  stop(): void;
};

/** The server ends a watch after so long, s; then all pods are listed again. */
const WATCH_S = 60;
/** A watch that is silent for longer than it may last is dead. */
const SILENCE_MS = 1_200 * WATCH_S;
const PAUSE_MS = 500;

/**
 * Keeps the registry up to date: a list, then what changes, then a list again. Resolves after the first list.
 *
 * @param path  of the pods, with a selector in its query
 */
export async function watchPods(caller: ApiCaller, path: string, registry: PodRegistry): Promise<PodWatch> {
  const stop = new AbortController();
  const { signal } = stop;
  let lost: unknown;
  async function lookOn(listed: string): Promise<void> {
    let version: string | undefined = listed;
    while (!signal.aborted) {
      try {
        version ??= await list(caller, path, registry, signal);
        lost = undefined;
        await follow(caller, `${path}&watch=1&timeoutSeconds=${WATCH_S}&resourceVersion=${version}`, registry, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof KarmaError)) throw error;
        lost = error;
        await sleep(PAUSE_MS);
      }
      version = undefined;
    }
  }
  const listed = await list(caller, path, registry, signal);
  void lookOn(listed).catch((error: unknown) => (lost = error));
  return { lost: () => lost, stop: () => stop.abort(new Error("the watch is over")) };
}

async function list(caller: ApiCaller, path: string, registry: PodRegistry, signal: AbortSignal): Promise<string> {
  const { items, metadata } = await callForJson<PodList>(caller, { path, signal }, "list pods");
  registry.replaceAll(items.map(podStateOf));
  return metadata.resourceVersion;
}

/** Resolves when the watch is over, for whatever reason: the list that follows finds out. */
async function follow(caller: ApiCaller, path: string, registry: PodRegistry, signal: AbortSignal): Promise<void> {
  const { statusCode, body } = await caller.stream({ path, signal }, SILENCE_MS);
  if (statusCode >= 300) {
    throw refusal(caller.context, { status: statusCode, text: await body.text(), serverMs: Number.NaN }, "watch pods");
  }
  const lines = createInterface({ input: body });
  try {
    for await (const line of lines) {
      if (!take(JSON.parse(line) as WatchLine, registry)) return;
    }
  } catch (error) {
    // A connection that breaks in the middle of a line leaves a part of it.
    const isBroken = error instanceof SyntaxError || (error instanceof Error && "code" in error);
    if (!isBroken && !signal.aborted) throw error;
  } finally {
    // To a body and its reader, being left before the end is an error.
    for (const left of [lines, body]) left.on("error", () => {});
    body.destroy();
  }
}

/** False where the watch cannot go on: the versions it starts from are forgotten. */
function take({ type, object }: WatchLine, registry: PodRegistry): boolean {
  if (type === "ERROR") return false;
  if (type === "DELETED") registry.remove(object.metadata.uid);
  else if (type !== "BOOKMARK") registry.put(podStateOf(object));
  return true;
}
