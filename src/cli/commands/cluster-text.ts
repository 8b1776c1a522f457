import type { LocalClusterStatus } from "../../clusters/local/protocol.ts";
import type { KubernetesStatus } from "../../app/cluster-status.ts";
import { table } from "../table.ts";

export function describeLocal(status: LocalClusterStatus): string {
  const rows = status.services.map(({ service, desired, ready, pods, url }) => [
    service,
    String(desired),
    String(ready),
    String(pods.reduce((sum, { restarts }) => sum + restarts, 0)),
    url,
  ]);
  const scaled = status.timeScale === 1 ? "" : `, time x ${status.timeScale}`;
  return [
    `${status.name} is up on local processes${scaled}`,
    table(["service", "desired", "ready", "restarts", "address"], rows),
  ].join("\n");
}

export function describeKubernetes({ name, context, timeScale, services, entries }: KubernetesStatus): string {
  const scaled = timeScale === 1 ? "" : `, time x ${timeScale}`;
  const rows = services.map((one) => [one.name, String(one.desired), String(one.ready)]);
  return [
    `${name} is up on ${context}${scaled}`,
    table(["service", "desired", "ready"], rows),
    ...entries.map(({ url }) => `entry: ${url}`),
  ].join("\n");
}
