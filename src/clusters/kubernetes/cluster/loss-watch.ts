import type { Clock } from "../../../core/clock.ts";
import { KarmaError } from "../../../core/errors.ts";
import { askClusterSpec } from "./cluster-spec.ts";
import type { ApiCaller } from "./api-request.ts";

/** Between two questions to the API server. */
const ASK_EVERY_MS = 2_000;
/** An API server that restarts is away for some seconds: a longer silence is none. */
const LOST_AFTER_MS = 15_000;

/**
 * Says why a cluster is gone for good: its API server has not answered for a while, or what karma put there is no longer
 * there. May be asked often.
 */
export function createLossWatch(
  caller: ApiCaller,
  namespace: string,
  clock: Pick<Clock, "nowMs">,
): () => Promise<KarmaError | undefined> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let silentSinceMs: number | undefined;

  async function ask(): Promise<KarmaError | undefined> {
    try {
      const spec = await askClusterSpec(caller, namespace);
      silentSinceMs = undefined;
      return spec === undefined ? gone(caller.context, namespace) : undefined;
    } catch (error) {
      if (!(error instanceof KarmaError)) throw error;
      silentSinceMs ??= askedMs;
      return clock.nowMs() - silentSinceMs >= LOST_AFTER_MS ? error : undefined;
    }
  }

  return async () => {
    if (clock.nowMs() - askedMs < ASK_EVERY_MS) return undefined;
    askedMs = clock.nowMs();
    return ask();
  };
}

function gone(context: string, namespace: string): KarmaError {
  const message = `the cluster in namespace ${namespace} of context ${context} is gone: somebody took it down`;
  return new KarmaError("NOT_READY", message, "start it with `karma cluster up`");
}
