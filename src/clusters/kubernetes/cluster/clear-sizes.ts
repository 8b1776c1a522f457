import type { Topology } from "../../../system/topology/topology.ts";
import { callForJson } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";
import { forgetSize, readSizes } from "./deployments.ts";
import { type PodObject, podStateOf } from "./pod-state.ts";
import { resizePod } from "./resize-pods.ts";
import { instanceSelector, podsPath } from "./selectors.ts";

/** Gives services that were resized the size of the topology again: what an old resize wanted is forgotten. */
export async function clearSizes(caller: ApiCaller, namespace: string, topology: Topology): Promise<void> {
  const sizes = await readSizes(caller, namespace, topology);
  const resized = topology.services.filter(({ name }) => sizes.get(name)!.cpuMilli !== undefined);
  if (resized.length === 0) return;
  await Promise.all(resized.map(({ name }) => forgetSize(caller, namespace, name)));
  const path = `${podsPath(namespace)}?${instanceSelector(topology.name)}`;
  const { items } = await callForJson<{ readonly items: readonly PodObject[] }>(caller, { path }, "list pods");
  const running = items.map(podStateOf).filter(({ isRunning, isTerminating }) => isRunning && !isTerminating);
  await Promise.all(
    resized.flatMap(({ name, cpuMilli }) =>
      running
        .filter((pod) => pod.service === name && pod.wantedMilli !== cpuMilli)
        .map((pod) => resizePod({ caller, namespace }, pod, cpuMilli)),
    ),
  );
}
