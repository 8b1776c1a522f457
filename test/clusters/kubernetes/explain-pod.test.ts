import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { explainPods } from "../../../src/clusters/kubernetes/explain-pod.ts";
import type { EventView, PodView } from "../../../src/clusters/kubernetes/pod-view.ts";

type Recorded = { readonly pods: readonly PodView[]; readonly events: readonly EventView[]; readonly log: string };

/** What a real API server said of a pod that was broken on purpose: Kubernetes 1.34, kind. */
function recorded(trouble: string): Recorded {
  return JSON.parse(readFileSync(join(import.meta.dirname, "troubles", `${trouble}.json`), "utf8")) as Recorded;
}

const troubles = [
  ["image", "image", /no image karma-mock:9\.9\.9 and cannot pull it: no such host$/, /kind load docker-image/],
  ["crash", "crash", /ended 3 times, last with exit code 1; its last lines:[^]*concurrency {3}expected a whole/, /log/],
  ["cpu", "no-room", /^no node takes the pod: 0\/1 nodes are available: 1 Insufficient cpu\.$/, /--request-share/],
  ["memory", "memory", /killed 3 times because it wanted more memory/, /raise ram/],
  [
    "probe",
    "probe",
    /ended 4 times because its startup probe failed: HTTP probe failed with statuscode: 404/,
    /startup_s/,
  ],
  ["volume", "volume", /volume "config" : configmap "other-config" not found$/, /apply the manifests again/],
  ["security", "refused", /refuses to make a pod: .*allowPrivilegeEscalation != false/, /policy/],
] as const;

test.each(troubles)("%s: is recognised as %s, said in one message, with what to do", (file, kind, message, hint) => {
  const { pods, events, log } = recorded(file);
  const found = explainPods(pods, events, () => log);
  expect(found.map((trouble) => trouble.kind)).toEqual([kind]);
  expect(found[0]!.message).toMatch(message);
  expect(found[0]!.hint).toMatch(hint);
  expect(found[0]!.pod).toMatch(/^cart-/);
});

test("a pod that is ready has no trouble, whatever it went through", () => {
  const { pods, events, log } = recorded("crash");
  const container = { ...pods[0]!.status!.containerStatuses![0]!, ready: true };
  expect(explainPods([{ ...pods[0]!, status: { containerStatuses: [container] } }], events, () => log)).toEqual([]);
});

test("a pod that has only just been made has no trouble yet", () => {
  expect(explainPods([{ metadata: { name: "cart-1" }, status: { phase: "Pending" } }], [], () => "")).toEqual([]);
});

test("a running pod that answers its probe with no is not ready, and says with what", () => {
  const container = { image: "karma-mock:1", ready: false, restartCount: 0, state: {} };
  const involvedObject = { kind: "Pod", name: "cart-1" };
  const events = [
    {
      type: "Warning",
      reason: "Unhealthy",
      message: "Readiness probe failed: HTTP probe failed with statuscode: 503",
      involvedObject,
    },
  ];
  const pod = { metadata: { name: "cart-1" }, status: { phase: "Running", containerStatuses: [container] } };
  expect(explainPods([pod], events, () => "")).toMatchObject([
    { kind: "probe", message: "the pod is not ready: HTTP probe failed with statuscode: 503" },
  ]);
});

test("the events of one pod say nothing of another", () => {
  const { pods, events, log } = recorded("volume");
  const renamed = { metadata: { name: "cart-other" }, status: pods[0]!.status };
  expect(explainPods([renamed], events, () => log)).toEqual([]);
});
