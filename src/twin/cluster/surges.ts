import type { FluidTwin } from "../fluid/fluid-twin.ts";

/** Replacements on their way: a new replica starts first, an old one goes when it is ready. */
export type Surges = {
  /** Replaces one ready replica of a service; does nothing when none is ready. */
  start(service: number): void;
  /** To be told of every replica that became ready. */
  ready(service: number, pod: number): void;
  /** Lets the twin have what is desired and on its way, now. */
  settle(): void;
};

/** @param desired  what the cluster was asked for: [services]; the twin is asked for the replacements on top */
export function createSurges(twin: FluidTwin, desired: Float64Array): Surges {
  const starting = new Int32Array(desired.length);
  const toEvict = new Int32Array(desired.length);

  function settle(): void {
    for (let service = 0; service < desired.length; service++) {
      for (; toEvict[service]! > 0; toEvict[service]!--) {
        starting[service]!--;
        twin.evict(0, service);
      }
      twin.desired[service] = desired[service]! + starting[service]!;
    }
    twin.settle();
  }

  return {
    start(service) {
      const { ready } = twin.observe();
      if (ready[service] === 0 || starting[service]! >= SURGE_LIMIT) return;
      starting[service]!++;
      settle();
    },
    ready(service) {
      if (starting[service]! > toEvict[service]!) toEvict[service]!++;
    },
    settle,
  };
}

/** Replacements of one service at the same time; a rolling restart takes them one by one anyway. */
const SURGE_LIMIT = 4;
