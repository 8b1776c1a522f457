import type { Workload } from "../../system/workload/workload.ts";
import type { FutureRate } from "./context.ts";

/** The true rate of a realised workload on a clock that starts with it; the last step goes on behind its end. */
export function futureRateOf({ ratePerS, stepMs }: Pick<Workload, "ratePerS" | "stepMs">): FutureRate {
  const last = ratePerS.length - 1;
  return (atMs) => ratePerS[Math.min(last, Math.max(0, Math.floor(atMs / stepMs)))] ?? 0;
}
