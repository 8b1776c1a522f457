import type { Arena } from "./arena.ts";
import type { BackEnd } from "./back-end.ts";
import { countEntry } from "./entry-metrics.ts";
import { updateEntry } from "./entry.ts";
import { recordLatency } from "./latency-record.ts";
import { addOutcome } from "./outcome.ts";
import { type UsersParts, createResponseProgram } from "./response-program.ts";
import { createResponseKernel } from "./response.ts";

/** Finds what users meet once all services have worked, and adds it to the outcome and to what is counted. */
export function createUsersPass(parts: UsersParts, { arena, kernels }: BackEnd): () => void {
  if (kernels !== undefined && parts.latency === undefined) return createResponseProgram(parts, arena, kernels);
  return createPlainPass(parts, arena);
}

function createPlainPass(parts: UsersParts, arena: Arena): () => void {
  const { plan, stations, entry, entryPipeline, outcome, latency } = parts;
  const { responses, update } = createResponseKernel(plan, stations);
  const perWeight = arena.float64(stations.environments);
  return () => {
    update();
    updateEntry(entry, plan, responses);
    addOutcome(outcome, entry, plan, stations, perWeight);
    if (latency !== undefined) recordLatency(latency, entry.arrived[0]!, plan, responses);
    countEntry(entryPipeline, entry);
  };
}
