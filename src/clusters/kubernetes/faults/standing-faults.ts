import { CONFIG_FILE } from "../../../system/compile/container.ts";
import type { StandingFault } from "../../../system/compile/fault-orders.ts";
import { configNameOf } from "../../../system/compile/kubernetes-names.ts";
import { callForJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";

const FIELD_MANAGER = "karma-faults";
const TRIES = 5;

type ConfigMap = {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
};
type Config = { readonly faults?: readonly StandingFault[] };

/**
 * Changes what pods of a service find in their configuration when they start. Pods that run do not look at it again.
 * Without faults the configuration is byte for byte what `karma generate` writes.
 */
export async function changeStanding(
  caller: ApiCaller,
  namespace: string,
  service: string,
  change: (faults: readonly StandingFault[]) => readonly StandingFault[],
): Promise<void> {
  const name = configNameOf(service);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${name}`;
  for (let attempt = 1; ; attempt++) {
    const { metadata, data } = await callForJson<ConfigMap>(caller, { path }, `read ConfigMap ${name}`);
    const before = data?.[CONFIG_FILE] ?? "{}";
    const after = withFaults(JSON.parse(before) as Config, change);
    if (after === before) return;
    const answer = await caller.call({
      method: "PATCH",
      path: `${path}?fieldManager=${FIELD_MANAGER}`,
      contentType: "application/merge-patch+json",
      body: { metadata: { resourceVersion: metadata.resourceVersion }, data: { [CONFIG_FILE]: after } },
    });
    if (answer.status < 300) return;
    // 409: somebody else changed it meanwhile.
    if (answer.status !== 409 || attempt === TRIES) throw refusal(caller.context, answer, `change ConfigMap ${name}`);
  }
}

function withFaults(
  { faults = [], ...config }: Config,
  change: (faults: readonly StandingFault[]) => readonly StandingFault[],
): string {
  const changed = change(faults);
  return `${JSON.stringify({ ...config, ...(changed.length === 0 ? {} : { faults: changed }) }, null, 2)}\n`;
}
