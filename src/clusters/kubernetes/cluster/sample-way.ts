import type { ApiCaller } from "./api-request.ts";

/** How the pods of a service are sampled. */
export type SampleWay = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly service: string;
  readonly nowMs: () => number;
  /** Between two rounds, ms. */
  readonly periodMs: number;
  readonly isEntry: (endpoint: string) => boolean;
};

/** A pod under full load answers late; a round must not wait for it forever, ms. */
export function patienceMs({ periodMs }: SampleWay): number {
  return Math.max(1_000, periodMs);
}
