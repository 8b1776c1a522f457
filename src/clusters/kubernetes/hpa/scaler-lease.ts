import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { KarmaError } from "../../../core/errors.ts";
import { createApiCaller } from "../cluster/api-caller.ts";
import { refusal } from "../cluster/api-failure.ts";
import type { ApiAccess, ApiAnswer, ApiCaller } from "../cluster/api-request.ts";

const NAME = "karma-scaler";
/** Nobody has renewed it for so long: whoever held it is gone. */
const LASTS_S = 60;
const RENEW_MS = 15_000;

type Lease = {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec: {
    readonly holderIdentity: string;
    readonly renewTime: string;
    readonly leaseDurationSeconds: number;
  };
};

/**
 * Does the work while nobody else's karma scales in a namespace: two would undo each other's decisions. A Lease that its
 * holder renews; one that has run out counts as none. Times are the API server's own.
 *
 * @param what  is to scale, for others to be told
 * @param work  its signal aborts when the Lease is somebody else's after all
 */
export async function holdNamespace<T>(
  { access, namespace, what }: { readonly access: ApiAccess; readonly namespace: string; readonly what: string },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const api = createApiCaller(access);
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const lease: Held = {
    api,
    path,
    namespace,
    holder: `${what} on ${hostname()}, process ${process.pid}, ${randomBytes(4).toString("hex")}`,
  };
  try {
    await take(lease);
    return await whileRenewed(lease, signal, work);
  } finally {
    try {
      await release(lease);
    } finally {
      await api.close();
    }
  }
}

type Held = {
  readonly api: ApiCaller;
  readonly path: string;
  readonly namespace: string;
  readonly holder: string;
};

async function take(held: Held): Promise<void> {
  const { api, path, holder } = held;
  const made = await api.call({ method: "POST", path, body: leaseOf(held, Date.now()) });
  if (made.status < 300) {
    // This machine's clock may be wrong: from here on times are the server's.
    await put(held, JSON.parse(made.text) as Lease, made.serverMs);
    return;
  }
  if (made.status !== 409) throw refusal(api.context, made, `create Lease ${NAME}`);
  const answer = await api.call({ path: `${path}/${NAME}` });
  if (answer.status === 404) return take(held);
  if (answer.status >= 300) throw refusal(api.context, answer, `read Lease ${NAME}`);
  const found = JSON.parse(answer.text) as Lease;
  const { holderIdentity, renewTime, leaseDurationSeconds } = found.spec;
  const isOver = answer.serverMs - Date.parse(renewTime) > leaseDurationSeconds * 1_000;
  if (holderIdentity !== holder && !isOver) throw taken(held, holderIdentity);
  const updated = await put(held, found, answer.serverMs);
  if (updated.status === 409) throw taken(held, holderIdentity);
  if (updated.status >= 300) throw refusal(api.context, updated, `take over Lease ${NAME}`);
}

/** Refused with 409 where somebody else has changed it since it was read. */
function put(held: Held, { metadata }: Lease, nowMs: number): Promise<ApiAnswer> {
  const body = leaseOf(held, nowMs, metadata.resourceVersion);
  return held.api.call({ method: "PUT", path: `${held.path}/${NAME}`, body });
}

function leaseOf({ namespace, holder }: Held, nowMs: number, resourceVersion?: string): object {
  const renewTime = new Date(nowMs).toISOString().replace("Z", "000Z");
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: NAME,
      namespace,
      labels: { "app.kubernetes.io/managed-by": "karma-sim" },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    spec: { holderIdentity: holder, renewTime, leaseDurationSeconds: LASTS_S },
  };
}

async function whileRenewed<T>(held: Held, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const [over, lost] = [new AbortController(), new AbortController()];
  const renewing = renew(held, over.signal).catch((error: unknown) => lost.abort(error));
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    over.abort();
    await renewing;
  }
}

/** Until the signal. An API server that is silent for a while is asked again. */
async function renew(held: Held, signal: AbortSignal): Promise<void> {
  while (await hasSlept(RENEW_MS, signal)) {
    try {
      await take(held);
    } catch (error) {
      if (!(error instanceof KarmaError) || error.code !== "NOT_READY") throw error;
    }
  }
}

async function hasSlept(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}

/** Only one's own; it runs out by itself where the API server is silent. */
async function release({ api, path, holder }: Held): Promise<void> {
  try {
    const answer = await api.call({ path: `${path}/${NAME}` });
    if (answer.status >= 300) return;
    const { metadata, spec } = JSON.parse(answer.text) as Lease;
    if (spec.holderIdentity !== holder) return;
    const body = { preconditions: { resourceVersion: metadata.resourceVersion } };
    await api.call({ method: "DELETE", path: `${path}/${NAME}`, body });
  } catch (error) {
    if (!(error instanceof KarmaError) || error.code !== "NOT_READY") throw error;
  }
}

function taken({ namespace }: Held, holder: string): KarmaError {
  const message = `${holder} scales in namespace ${namespace} already: two would undo each other's decisions`;
  return new KarmaError(
    "TOOL_FAILED",
    message,
    `wait for it, or end it; its Lease ${NAME} runs out after ${LASTS_S} s`,
  );
}
