import { type EventView, type Patient, type PodView, lastEvent } from "./pod-view.ts";
import type { PodTrouble } from "./pod-trouble.ts";
import { troubleRules } from "./trouble-rules.ts";

/**
 * What keeps the pods of a namespace from running, one trouble per pod; none when all are ready.
 *
 * @param events  of the namespace, oldest first
 * @param logOf  last lines of a pod's container before its last end, or so far
 */
export function explainPods(
  pods: readonly PodView[],
  events: readonly EventView[],
  logOf: (pod: string) => string,
): readonly PodTrouble[] {
  return [...refused(events), ...pods.flatMap((pod) => explain(patientOf(pod, events, logOf)))];
}

/** The first rule that recognises something; a pod that is ready or merely new has no trouble. */
function explain(patient: Patient): readonly PodTrouble[] {
  if (patient.container?.ready === true) return [];
  for (const rule of troubleRules) {
    const trouble = rule(patient);
    if (trouble !== undefined) return [{ ...trouble, pod: patient.pod }];
  }
  return [];
}

function patientOf(pod: PodView, events: readonly EventView[], logOf: (pod: string) => string): Patient {
  const name = pod.metadata?.name ?? "";
  return {
    pod: name,
    conditions: pod.status?.conditions ?? [],
    container: pod.status?.containerStatuses?.[0],
    events: events.filter(({ involvedObject }) => involvedObject.kind === "Pod" && involvedObject.name === name),
    log: logOf(name),
  };
}

/** Pods that were never made have no status; the set that was to make them has an event. */
function refused(events: readonly EventView[]): readonly PodTrouble[] {
  const sets = new Set(events.filter(isRefusal).map(({ involvedObject }) => involvedObject.name ?? ""));
  return [...sets].map((set) => {
    const own = events.filter((event) => isRefusal(event) && event.involvedObject.name === set);
    const message = (lastEvent(own, ["FailedCreate"])?.message ?? "").replace(/^.*?Error creating: /, "");
    return {
      kind: "refused",
      pod: set,
      message: `Kubernetes refuses to make a pod: ${message}`,
      hint: message.includes("exceeded quota")
        ? "raise the namespace's quota, or lower cpu, ram or --request-share"
        : "a policy of the cluster forbids this pod; the message says which field",
    };
  });
}

function isRefusal({ reason, involvedObject }: EventView): boolean {
  return reason === "FailedCreate" && involvedObject.kind === "ReplicaSet";
}
