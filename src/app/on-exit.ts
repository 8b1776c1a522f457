import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";
import { readSizes, setSizes } from "./cluster-sizes.ts";
import type { HpaController } from "./hpa-controller.ts";
import type { Where } from "./where.ts";

/** What stays when a team stops scaling: its sizes, all as it was before, or its sizes and real HPAs that go on. */
export type OnExit = "keep" | "restore" | "hpa";
export const onExitChoices: readonly OnExit[] = ["keep", "restore", "hpa"];

/**
 * What was asked for, or what fits the place: on Kubernetes an HPA takes over, so that nothing is left without an
 * autoscaler; local processes have none, and go back to what they were.
 */
export function onExitFor(where: Where, asked: OnExit | undefined): OnExit {
  const isKubernetes = where.kind === "kind" || where.kind === "context";
  if (asked !== "hpa" || isKubernetes) return asked ?? (isKubernetes ? "hpa" : "restore");
  throw new KarmaError(
    "USAGE",
    `expected keep or restore, found hpa: ${where.kind} has no controller that would act on an HPA`,
    "--on-exit restore, or transfer --on kind",
  );
}

/** Does the work, then leaves the cluster as was asked, whatever became of the work. */
export async function leavingAs<T>(
  onExit: OnExit,
  cluster: RunningCluster,
  hpa: HpaController | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const before = await readSizes(cluster);
  if (onExit === "hpa") await hpa?.requireMetrics();
  const taken = (await hpa?.takeAway()) ?? [];
  const leave = async (): Promise<void> => {
    if (onExit === "restore") await setSizes(cluster, before.replicas, before.cpuMilli);
    if (onExit === "restore" && taken.length > 0) await hpa?.putBack(taken);
    if (onExit === "hpa") await hpa?.apply();
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await leave().catch((failure: unknown) => {
      throw unfinished(error, failure, onExit);
    });
    throw error;
  }
  await leave();
  return result;
}

/** Both failures in one; a bug on either side stays a bug. */
function unfinished(error: unknown, failure: unknown, onExit: OnExit): unknown {
  if (!(error instanceof KarmaError)) return error;
  if (!(failure instanceof KarmaError)) return failure;
  const why = failure.message === error.message ? "" : `: ${failure.message}`;
  // Not everybody who restores was asked to by an option.
  const left = onExit === "restore" ? "its sizes could not be put back" : `--on-exit ${onExit} could not be done`;
  const message = `${error.message}; so ${left}${why}`;
  return new KarmaError(error.code, message, error.hint, { cause: error });
}
