import { KarmaError } from "../../core/errors.ts";
import { fingerprint } from "./fingerprint.ts";

/** What can be chosen about the manifests of a topology. */
export type KubernetesOptions = {
  /** Image of the mock service, with a tag other than `latest`: nothing is pulled where it is there already. */
  readonly image: string;
  /** CPU request as a share of the CPU limit, in (0, 1]; below 1 more pods fit a small node than it can serve at once. */
  readonly requestShare: number;
  /** Port of the nodes for the first entry service; the next entry has the next port. None: only inside the cluster. */
  readonly nodePort: number | undefined;
  /** Writes a HorizontalPodAutoscaler per service, which then decides the number of replicas. */
  readonly hpa: HpaOptions | undefined;
  /** Lets only those services talk to each other that do in the topology. */
  readonly hasNetworkPolicy: boolean;
  /** Seed of what the mocks draw; the pod's name is mixed in. */
  readonly seed: number;
  /** How many seconds of the scenario pass in one second; >= 1. */
  readonly timeScale: number;
};

export type HpaOptions = {
  /** CPU use per pod to aim for, percent of its CPU limit. */
  readonly cpuTargetPercent: number;
};

/** The mock as `docker build` tags it; the tag is the version of `mocks/package.json`. */
export const MOCK_IMAGE = "karma-mock:0.1.0";

const FIRST_NODE_PORT = 30_000;
export const LAST_NODE_PORT = 32_767;
/** Kubernetes hands out higher ports by itself, so that ports one chooses are best taken from below. */
const CHOSEN_NODE_PORTS = 2_000;
const MAX_ENTRIES_APART = 10;

export function kubernetesOptions(topology: string, options: Partial<KubernetesOptions>): KubernetesOptions {
  const chosen: KubernetesOptions = {
    image: MOCK_IMAGE,
    requestShare: 1,
    nodePort: defaultNodePort(topology),
    hpa: undefined,
    hasNetworkPolicy: false,
    seed: 1,
    timeScale: 1,
    ...options,
  };
  check(chosen);
  return chosen;
}

/** Differs from topology to topology, so that two of them rarely want the same port of a node. */
function defaultNodePort(topology: string): number {
  const hash = Number.parseInt(fingerprint(topology).slice(0, 8), 16);
  return FIRST_NODE_PORT + (hash % (CHOSEN_NODE_PORTS / MAX_ENTRIES_APART)) * MAX_ENTRIES_APART;
}

function check({ requestShare, nodePort, hpa }: KubernetesOptions): void {
  if (!(requestShare > 0 && requestShare <= 1)) {
    throw new KarmaError("USAGE", `expected a request share in (0, 1], found ${requestShare}`, "1 requests the limits");
  }
  if (nodePort !== undefined && !isNodePort(nodePort)) {
    const range = `${FIRST_NODE_PORT} to ${LAST_NODE_PORT}`;
    throw new KarmaError("USAGE", `expected a node port from ${range}, found ${nodePort}`, "Kubernetes has no others");
  }
  if (hpa !== undefined && !(hpa.cpuTargetPercent >= 1 && hpa.cpuTargetPercent <= 100)) {
    const found = `found ${hpa.cpuTargetPercent}`;
    throw new KarmaError("USAGE", `expected a CPU target from 1 to 100 percent, ${found}`, "60 is a usual one");
  }
}

function isNodePort(port: number): boolean {
  return Number.isInteger(port) && port >= FIRST_NODE_PORT && port <= LAST_NODE_PORT;
}
