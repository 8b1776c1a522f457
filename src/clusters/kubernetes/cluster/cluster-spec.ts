import type { EntryUrl } from "../../../control/loop/running-cluster.ts";
import type { Timing } from "../../../control/loop/timing.ts";
import { KarmaError } from "../../../core/errors.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import { FIELD_MANAGER } from "../api.ts";
import { createApiCaller } from "./api-caller.ts";
import { callForJson, readJson, refusal } from "./api-failure.ts";
import type { ApiAccess, ApiCaller } from "./api-request.ts";

/** What runs in a namespace. */
export type KubernetesClusterSpec = {
  /** As it runs, with every scale applied. */
  readonly topology: Topology;
  readonly timing: Timing;
  /** Full addresses of the entry endpoints, as seen from where `karma cluster up` ran. */
  readonly entries: readonly EntryUrl[];
};

export type StoredClusterSpec = KubernetesClusterSpec & {
  /** When it was first written, ms since 1970 on the API server's clock: the start of the cluster. */
  readonly createdMs: number;
  /** When it was read, on the same clock, to the second. */
  readonly readMs: number;
};

type ConfigMap = {
  readonly metadata: { readonly creationTimestamp: string };
  readonly data?: Readonly<Record<string, string>>;
};

const NAME = "karma-cluster";
const KEY = "cluster.json";
/** Changes when an older karma could not read what is written. */
const VERSION = 1;

/** Says in the namespace itself what runs in it, so that any karma finds it. */
export async function writeClusterSpec(
  api: ApiAccess,
  namespace: string,
  { topology, timing, entries }: KubernetesClusterSpec,
): Promise<void> {
  const caller = createApiCaller(api);
  try {
    const asked = {
      method: "PATCH",
      path: `${pathIn(namespace)}?fieldManager=${FIELD_MANAGER}&force=true`,
      contentType: "application/apply-patch+yaml",
      body: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: NAME, namespace, labels: { "app.kubernetes.io/managed-by": "karma-sim" } },
        data: { [KEY]: JSON.stringify({ version: VERSION, topology, timing, entries }) },
      },
    } as const;
    await callForJson(caller, asked, `write ConfigMap ${NAME} in ${namespace}`);
  } finally {
    await caller.close();
  }
}

/** Undefined where the namespace, or the ConfigMap in it, is not there. */
export async function readClusterSpec(api: ApiAccess, namespace: string): Promise<StoredClusterSpec | undefined> {
  const caller = createApiCaller(api);
  try {
    return await askClusterSpec(caller, namespace);
  } finally {
    await caller.close();
  }
}

/** As {@link readClusterSpec}, over connections that are open already. */
export async function askClusterSpec(caller: ApiCaller, namespace: string): Promise<StoredClusterSpec | undefined> {
  const answer = await caller.call({ path: pathIn(namespace) });
  if (answer.status === 404) return undefined;
  if (answer.status >= 300) throw refusal(caller.context, answer, `read ConfigMap ${NAME} in ${namespace}`);
  const { metadata, data } = readJson(caller.context, answer, `read ConfigMap ${NAME} in ${namespace}`) as ConfigMap;
  const createdMs = Date.parse(metadata.creationTimestamp);
  const readMs = Number.isNaN(answer.serverMs) ? createdMs : answer.serverMs;
  return { ...decodeSpec(data?.[KEY] ?? "", namespace), createdMs, readMs };
}

function pathIn(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${NAME}`;
}

/** Whoever may write in the namespace may have written anything. */
function decodeSpec(text: string, namespace: string): KubernetesClusterSpec {
  const found = parsed(text);
  if (isSpec(found)) return found;
  throw new KarmaError(
    "INPUT_INVALID",
    `expected ConfigMap ${NAME} of ${namespace} to say what runs there in version ${VERSION}, found something else`,
    "karma cluster up writes it anew; it belongs to the version of karma that runs the cluster",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Unknown<T> = { readonly [key in keyof T]?: unknown };

function isSpec(found: unknown): found is KubernetesClusterSpec {
  if (!isObject(found) || found["version"] !== VERSION) return false;
  const { topology, timing, entries }: Unknown<KubernetesClusterSpec> = found;
  return isTopology(topology) && isTiming(timing) && Array.isArray(entries) && entries.every(isEntryUrl);
}

function isTopology(found: unknown): boolean {
  if (!isObject(found)) return false;
  const { name, services, entries, objective }: Unknown<Topology> = found;
  return typeof name === "string" && isFilled(services) && isFilled(entries) && isObject(objective);
}

function isFilled(found: unknown): boolean {
  return Array.isArray(found) && found.length > 0 && found.every(isObject);
}

function isTiming(found: unknown): boolean {
  if (!isObject(found)) return false;
  const { syncPeriodMs, scrapePeriodMs, windowMs, visibleLagMs, timeScale }: Unknown<Timing> = found;
  const [isPeriod, isLag] = [isNumberFrom(Number.MIN_VALUE), isNumberFrom(0)];
  return [syncPeriodMs, scrapePeriodMs, windowMs].every(isPeriod) && isLag(visibleLagMs) && isNumberFrom(1)(timeScale);
}

function isNumberFrom(min: number): (value: unknown) => boolean {
  return (value) => typeof value === "number" && value >= min;
}

function isEntryUrl(found: unknown): boolean {
  if (!isObject(found)) return false;
  const { service, endpoint, share, url }: Unknown<EntryUrl> = found;
  const isNamed = typeof service === "string" && typeof endpoint === "string" && typeof share === "number";
  return isNamed && typeof url === "string" && /^https?:\/\//.test(url) && URL.canParse(url);
}

function isObject(found: unknown): found is Record<string, unknown> {
  return typeof found === "object" && found !== null;
}
