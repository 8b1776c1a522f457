import { setTimeout as sleep } from "node:timers/promises";
import { KarmaError } from "../../../core/errors.ts";
import type { FaultOrder } from "../../../system/compile/fault-orders.ts";
import { SERVICE_PORT } from "../../../system/compile/kubernetes-names.ts";
import { refusal } from "../cluster/api-failure.ts";
import type { ApiAnswer, ApiCaller } from "../cluster/api-request.ts";
import { podsPath } from "../cluster/selectors.ts";

const TRIES = 8;
const AGAIN_MS = 500;

export type Orders = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly token: string;
  /** Whether a pod gets requests, as last heard. */
  readonly isReady: (pod: string) => boolean;
};

/**
 * Gives a pod an order through the API server's proxy. A pod that is gone needs none, and neither does one that does
 * not listen yet: it reads in its configuration what holds for those that start.
 *
 * @throws KarmaError where a ready pod cannot be told
 */
export async function tellPod(orders: Orders, pod: string, order: FaultOrder): Promise<void> {
  const { caller, namespace, token, isReady } = orders;
  const asked = {
    method: "POST",
    path: `${podsPath(namespace)}/${pod}:${SERVICE_PORT}/proxy/-/fault`,
    headers: { "x-karma-token": token },
    body: order,
  } as const;
  for (let attempt = 1; ; attempt++) {
    const answer = await caller.call(asked);
    if (answer.status < 300 || isGone(answer)) return;
    if (answer.status === 401 || answer.status === 404) throw takesNone(pod, namespace);
    // What stands between the API server and a pod that just went answers in its place, with any status.
    const isFinal = (isOfServer(answer) && answer.status < 500) || (attempt === TRIES && isReady(pod));
    if (isFinal) throw refusal(caller.context, answer, `tell pod ${pod} what is wrong with it`);
    if (attempt === TRIES) return;
    await sleep(AGAIN_MS);
  }
}

function isGone(answer: ApiAnswer): boolean {
  return answer.status === 404 && isOfServer(answer);
}

/** The API server answers in an object of kind Status; a mock's answers have another form. */
function isOfServer({ text }: ApiAnswer): boolean {
  return text.includes('"kind":"Status"');
}

export function takesNone(pod: string, namespace: string): KarmaError {
  return new KarmaError(
    "NOT_READY",
    `pod ${pod} takes no orders: it started without the token of Secret karma-control in ${namespace}`,
    `karma cluster up makes the token; then kubectl -n ${namespace} rollout restart deployment`,
  );
}
