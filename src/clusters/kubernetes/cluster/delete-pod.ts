import { refusal } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";
import type { PodState } from "./pod-state.ts";
import { podsPath } from "./selectors.ts";

/**
 * Takes this very pod away; one that is gone already is fine.
 *
 * @param graceS  until it is killed, s; what its manifest says when left out
 */
export async function deletePod(
  caller: ApiCaller,
  namespace: string,
  { name, uid }: Pick<PodState, "name" | "uid">,
  graceS?: number,
): Promise<void> {
  const answer = await caller.call({
    method: "DELETE",
    path: `${podsPath(namespace)}/${name}`,
    body: {
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: { uid },
      ...(graceS === undefined ? {} : { gracePeriodSeconds: graceS }),
    },
  });
  // 409: a pod of this name that is another one.
  if (answer.status < 300 || answer.status === 404 || answer.status === 409) return;
  throw refusal(caller.context, answer, `delete pod ${name}`);
}
