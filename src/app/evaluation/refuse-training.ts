import { KarmaError } from "../../core/errors.ts";
import { sha256 } from "../../host/hash.ts";
import type { Trace } from "../../system/workload/trace.ts";
import type { Workload } from "../../system/workload/workload.ts";
import type { Inputs } from "../inputs.ts";

/** A recording by its content, whatever its file is called: hashes of all traces of a scenario. */
export function traceHashes({ traces }: Pick<Inputs, "traces">): string[] {
  return [...traces.values()].map(({ ratePerS, stepMs }: Trace) => sha256(`${stepMs} ${ratePerS.join(" ")}`));
}

/** What somebody learnt or was tuned on, in words, and the hashes of it. */
export type Learnt = { readonly by: string; readonly hashes: readonly string[] };

/** Nobody is evaluated on what it learnt from: that would be a figure of its memory. */
export function refuseTrainingData(learnt: readonly Learnt[], test: ReadonlyMap<string, readonly string[]>): void {
  for (const { by, hashes } of learnt) {
    const seen = new Set(hashes);
    for (const [name, own] of test) {
      if (!own.some((hash) => seen.has(hash))) continue;
      throw new KarmaError(
        "INPUT_INVALID",
        `${name} is training data of ${by}: expected data it has not seen`,
        "evaluate on another trace or scenario, or train without this one (leave one out)",
      );
    }
  }
}

/** A realised workload by its rates. */
export function workloadHash({ ratePerS, stepMs }: Workload): string {
  return sha256(`${stepMs} ${ratePerS.join(" ")}`);
}
