import { type PodObject, type PodState, podStateOf } from "../../../../src/clusters/kubernetes/cluster/pod-state.ts";

export type PodSketch = {
  readonly name?: string;
  readonly service?: string;
  readonly isReady?: boolean;
  readonly isTerminating?: boolean;
  readonly isRetiring?: boolean;
  readonly isRunning?: boolean;
  readonly phase?: string;
  readonly restarts?: number;
  /** Limit in the spec, and the one it has. */
  readonly wanted?: string;
  readonly has?: string;
  readonly refused?: string;
  readonly created?: string;
};

/** A pod as the API server gives it: of `cart`, ready, with a fifth of a core. */
export function podObject(sketch: PodSketch = {}): PodObject {
  const { name = "cart-1-a", service = "cart", wanted = "200m", has = wanted, refused } = sketch;
  const { isReady = true, isRunning = true, isTerminating = false, isRetiring = false } = sketch;
  const retiring: Record<string, string> = isRetiring ? { "karma-sim/retiring": "true" } : {};
  const pending = { type: "PodResizePending", status: "True", reason: "Infeasible", message: refused ?? "" };
  return {
    metadata: {
      name,
      uid: `uid of ${name}`,
      creationTimestamp: sketch.created ?? "2026-01-02T03:04:05Z",
      labels: { "app.kubernetes.io/name": service, ...retiring },
      ...(isTerminating ? { deletionTimestamp: "2026-01-02T03:04:35Z" } : {}),
    },
    spec: { containers: [{ name: "mock", resources: { limits: { cpu: wanted }, requests: { cpu: "50m" } } }] },
    status: {
      phase: sketch.phase ?? "Running",
      conditions: [{ type: "Ready", status: isReady ? "True" : "False" }, ...(refused === undefined ? [] : [pending])],
      containerStatuses: [
        {
          name: "mock",
          restartCount: sketch.restarts ?? 0,
          state: isRunning ? { running: {} } : {},
          resources: { limits: { cpu: has } },
        },
      ],
    },
  };
}

export function podState(sketch: PodSketch = {}): PodState {
  return podStateOf(podObject(sketch));
}
