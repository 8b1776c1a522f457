import type { MemoryUse } from "../../system/topology/topology.ts";

/** What replicas of a service take, and where they are killed, MiB. */
export type MemoryPlan = MemoryUse & { readonly limitMiB: number };
