import { setTimeout as sleep } from "node:timers/promises";
import { KarmaError } from "../../../core/errors.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import type { PodTrouble } from "../pod-trouble.ts";
import { type Rollout, type RolloutScope, readRollout, readTroubles } from "./rollout.ts";
import { createWakeUp } from "./wake-up.ts";

export type RolloutWait = {
  readonly scope: RolloutScope;
  /** How long pods may take that have no trouble but time, ms. */
  readonly patienceMs: number;
  /** A trouble that lasts so long does not go away by itself, ms. */
  readonly troubleMs?: number;
  readonly onProgress: (ready: number, wanted: number) => void;
};

const TROUBLE_MS = 12_000;
/** Looked at anew even when nothing is heard, ms. */
const LOOK_EVERY_MS = 2_000;
/** An API server that is away for so long is gone, ms. */
const AWAY_MS = 15_000;

/** Waits until every pod runs and is ready; on failure says of each pod why it does not. */
export async function awaitRollout(caller: ApiCaller, wait: RolloutWait, signal: AbortSignal): Promise<Rollout> {
  const { namespace } = wait.scope;
  const wakeUp = createWakeUp(caller, `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, signal);
  const watched = createTroubleWatch(wait.troubleMs ?? TROUBLE_MS);
  const startMs = performance.now();
  let heardMs = startMs;
  try {
    for (;;) {
      signal.throwIfAborted();
      const state = await look(caller, wait.scope, performance.now() - heardMs);
      if (state !== undefined) {
        heardMs = performance.now();
        wait.onProgress(...counts(state.rollout));
        if (state.rollout.isDone) return state.rollout;
        const isLate = heardMs - startMs > wait.patienceMs;
        const lasting = watched.lasting(state.troubles, heardMs);
        if (isLate) throw notRunning(wait.scope, state.rollout, state.troubles);
        if (lasting.length > 0) throw notRunning(wait.scope, state.rollout, lasting);
      }
      await wakeUp.next(LOOK_EVERY_MS);
    }
  } finally {
    await wakeUp.close();
  }
}

type Look = { readonly rollout: Rollout; readonly troubles: readonly PodTrouble[] };

/** Undefined while the API server is away for a moment. */
async function look(caller: ApiCaller, scope: RolloutScope, silentMs: number): Promise<Look | undefined> {
  try {
    const rollout = await readRollout(caller, scope);
    return { rollout, troubles: rollout.isDone ? [] : await readTroubles(caller, scope) };
  } catch (error) {
    const mayPass = error instanceof KarmaError && error.code === "NOT_READY" && silentMs < AWAY_MS;
    if (!mayPass) throw error;
    await sleep(500);
    return undefined;
  }
}

type TroubleWatch = { lasting(troubles: readonly PodTrouble[], nowMs: number): readonly PodTrouble[] };

/** Pods have troubles that go away: an image is being loaded, a probe comes before its time. */
function createTroubleWatch(troubleMs: number): TroubleWatch {
  let since = new Map<string, number>();
  return {
    lasting(troubles, nowMs) {
      since = new Map(troubles.map((trouble) => [keyOf(trouble), since.get(keyOf(trouble)) ?? nowMs]));
      // A probe fails until the pod is up; how long that may take is the patience's to say.
      return troubles.filter((one) => one.kind !== "probe" && nowMs - since.get(keyOf(one))! >= troubleMs);
    },
  };
}

function keyOf({ pod, kind }: PodTrouble): string {
  return `${pod}/${kind}`;
}

function counts({ services }: Rollout): [ready: number, wanted: number] {
  let [up, wanted] = [0, 0];
  for (const { ready, desired } of services) {
    up += ready;
    wanted += desired;
  }
  return [up, wanted];
}

function notRunning({ namespace }: RolloutScope, rollout: Rollout, troubles: readonly PodTrouble[]): KarmaError {
  const [ready, wanted] = counts(rollout);
  const message = `${ready} of ${wanted} pods of namespace ${namespace} run; the others:`;
  const hint = troubles[0]?.hint ?? `kubectl -n ${namespace} describe pods says more`;
  const problems =
    troubles.length > 0
      ? troubles.map((trouble) => ({ path: trouble.pod, message: trouble.message }))
      : rollout.services
          .filter(({ ready: up, desired }) => up < desired)
          .map((one) => ({ path: one.name, message: `${one.ready} of ${one.desired} ready, and nothing says why` }));
  return new KarmaError("NOT_READY", message, hint, { problems });
}
