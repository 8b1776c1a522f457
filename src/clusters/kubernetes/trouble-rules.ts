import type { PodTrouble } from "./pod-trouble.ts";
import { type Patient, lastEvent } from "./pod-view.ts";

type Rule = (patient: Patient) => Omit<PodTrouble, "pod"> | undefined;

/** Last lines of a log that are shown. */
const LOG_LINES = 5;

/** What goes wrong with pods, causes before what they look like: a container killed for memory crashes too. */
export const troubleRules: readonly Rule[] = [noRoom, image, volume, outOfMemory, failedProbe, crash, failedStart];

function noRoom({ conditions }: Patient): ReturnType<Rule> {
  const scheduled = conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable") return undefined;
  const why = (scheduled.message ?? "").replace(/ no new claims.*| preemption:.*/, "");
  return { kind: "no-room", message: `no node takes the pod: ${why}`, hint: roomHint(why) };
}

function roomHint(why: string): string {
  if (why.includes("Insufficient cpu"))
    return "request less of the CPU limits (--request-share 0.25), scale the topology down (--scale), or add a node";
  if (why.includes("Insufficient memory")) return "lower ram, or add a node with more memory";
  if (why.includes("Too many pods")) return "lower max_replicas, or add a node";
  return "kubectl describe nodes says what the nodes want of a pod";
}

const imageReasons: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
]);

function image({ container, events }: Patient): ReturnType<Rule> {
  const reason = container?.state?.waiting?.reason ?? "";
  if (container === undefined || !imageReasons.has(reason)) return undefined;
  if (reason === "InvalidImageName")
    return {
      kind: "image",
      message: `${container.image} is no name of an image`,
      hint: "write it like karma-mock:0.1.0",
    };
  const pull = events.findLast(({ message }) => message?.startsWith("Failed to pull image") === true);
  const why = (pull?.message ?? container.state?.waiting?.message ?? reason).split(": ").at(-1);
  return {
    kind: "image",
    message: `the node has no image ${container.image} and cannot pull it: ${why}`,
    hint: "load it (kind load docker-image), or push it to a registry that the nodes reach (--registry)",
  };
}

function volume({ container, events }: Patient): ReturnType<Rule> {
  const event = lastEvent(events, ["FailedMount"]);
  if (event === undefined || container?.state?.waiting?.reason !== "ContainerCreating") return undefined;
  return {
    kind: "volume",
    message: `a volume cannot be mounted: ${(event.message ?? "").replace(/^MountVolume.SetUp failed for /, "")}`,
    hint: "apply the manifests again: the pod starts by itself once the object is there",
  };
}

function outOfMemory({ container }: Patient): ReturnType<Rule> {
  if (endOf(container)?.reason !== "OOMKilled") return undefined;
  return {
    kind: "memory",
    message: `the container was killed ${times(container)} because it wanted more memory than its limit`,
    hint: "raise ram: a mock needs about 48 MiB",
  };
}

/** The kubelet ends a container whose probes fail; its exit code then says nothing. */
function failedProbe({ container, events }: Patient): ReturnType<Rule> {
  const killed = lastEvent(events, ["Killing"])?.message ?? "";
  const which = /failed (startup|liveness) probe/.exec(killed)?.[1];
  const isUnready = container?.state?.waiting === undefined && container?.state?.terminated === undefined;
  const failed = lastEvent(events, ["Unhealthy"])?.message;
  if (failed === undefined || (which === undefined && !isUnready)) return undefined;
  const answer = failed.replace(/^(\w+) probe failed: /, "");
  return {
    kind: "probe",
    message:
      which === undefined
        ? `the pod is not ready: ${answer}`
        : `the container was ended ${times(container)} because its ${which} probe failed: ${answer}`,
    hint: "a pod with little CPU may start too slowly: raise cpu or startup_s; its log says what it did",
  };
}

function crash({ container, log }: Patient): ReturnType<Rule> {
  const end = endOf(container);
  if (end === undefined) return undefined;
  const lines = log.trim().split("\n").slice(-LOG_LINES).join("\n  ");
  const said = lines === "" ? "; it wrote nothing" : `; its last lines:\n  ${lines}`;
  return {
    kind: "crash",
    message: `the container ended ${times(container)}, last with exit code ${end.exitCode}${said}`,
    hint: "the log says why; karma generate writes the configuration anew",
  };
}

function failedStart({ container }: Patient): ReturnType<Rule> {
  const { reason = "", message = "" } = container?.state?.waiting ?? {};
  if (!/^(CreateContainer|RunContainer)/.test(reason)) return undefined;
  return {
    kind: "start",
    message: `the node cannot start the container: ${message || reason}`,
    hint: "see the message",
  };
}

/** How the container ended last, when it did. */
function endOf(
  container: Patient["container"],
): { readonly exitCode: number; readonly reason?: string | undefined } | undefined {
  return container?.state?.terminated ?? container?.lastState?.terminated;
}

function times(container: Patient["container"]): string {
  const count = Math.max(1, container?.restartCount ?? 1);
  return count === 1 ? "once" : `${count} times`;
}
