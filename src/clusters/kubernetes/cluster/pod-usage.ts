import { KarmaError } from "../../../core/errors.ts";
import { quantityToMiB, quantityToNumber } from "../quantity.ts";
import { readJson } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";
import { CONTAINER } from "./pod-state.ts";
import { instanceSelector } from "./selectors.ts";
import { serverNowMs } from "./server-time.ts";

/** What a pod uses, as metrics.k8s.io says. */
export type PodUsage = {
  readonly cores: number;
  readonly memoryMiB: number;
  /** End of the window over which it is averaged, on the cluster's clock, ms. */
  readonly atMs: number;
};

/** `metrics.k8s.io/v1beta1`. */
type PodMetricsList = {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly timestamp: string;
    readonly containers: readonly {
      readonly name: string;
      readonly usage: { readonly cpu: string; readonly memory: string };
    }[];
  }[];
};

/** By pod; none where the API server has no metrics.k8s.io, or metrics-server knows nothing yet. */
export async function readPodUsage(
  caller: ApiCaller,
  namespace: string,
  topology: string,
  nowMs: () => number,
): Promise<ReadonlyMap<string, PodUsage>> {
  const pods = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`;
  try {
    const answer = await caller.call({ path: `${pods}?${instanceSelector(topology)}` });
    if (answer.status !== 200) return new Map();
    const list = readJson(caller.context, answer, "read what pods use") as PodMetricsList;
    return usageIn(list, nowMs() - serverNowMs(answer));
  } catch (error) {
    if (error instanceof KarmaError) return new Map();
    throw error;
  }
}

/** @param toOwnMs  from the server's clock to the cluster's */
function usageIn({ items }: PodMetricsList, toOwnMs: number): ReadonlyMap<string, PodUsage> {
  return new Map(
    items.flatMap(({ metadata, timestamp, containers }) => {
      const usage = containers.find(({ name }) => name === CONTAINER)?.usage;
      if (usage === undefined) return [];
      const cores = quantityToNumber(usage.cpu);
      return [
        [metadata.name, { cores, memoryMiB: quantityToMiB(usage.memory), atMs: Date.parse(timestamp) + toOwnMs }],
      ];
    }),
  );
}
