import { quantityToMilli } from "../quantity.ts";

/** A pod as the API server gives it, as far as it is looked at. */
export type PodObject = {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly containers?: readonly Container[] };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
};

type Container = { readonly name: string; readonly resources?: Resources };
type Resources = { readonly limits?: Amounts; readonly requests?: Amounts };
type Amounts = Readonly<Record<string, string>>;
type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
};
type ContainerStatus = {
  readonly name: string;
  readonly restartCount: number;
  readonly state?: { readonly running?: object };
  /** What the container really has; older API servers do not say. */
  readonly resources?: Resources;
};

/** One replica at one moment. */
export type PodState = {
  readonly name: string;
  readonly uid: string;
  readonly service: string;
  /** ms since 1970 on the API server's clock, to the second. */
  readonly createdMs: number;
  /** Gets requests: passes its readiness probe and is not on its way out. */
  readonly isReady: boolean;
  readonly isTerminating: boolean;
  /** Serves on until its replacement is ready. */
  readonly isRetiring: boolean;
  /** Its container runs. */
  readonly isRunning: boolean;
  /** It ended and does not come back. */
  readonly isOver: boolean;
  readonly restarts: number;
  /** What its container has now, millicores; NaN without a limit. */
  readonly limitMilli: number;
  /** What its container shall have, millicores. */
  readonly wantedMilli: number;
  /** CPU request / CPU limit. */
  readonly requestShare: number;
  /** Why its node does not give what is wanted; empty where nothing is in the way. */
  readonly refusedSize: string;
};

/** Container of the mock. */
export const CONTAINER = "mock";
/** On a pod that is being replaced. */
export const RETIRING = "karma-sim/retiring";

export function podStateOf({ metadata, spec, status }: PodObject): PodState {
  const container = spec?.containers?.find(({ name }) => name === CONTAINER);
  const running = status?.containerStatuses?.find(({ name }) => name === CONTAINER);
  const condition = (type: string): Condition | undefined => status?.conditions?.find((one) => one.type === type);
  const isTerminating = metadata.deletionTimestamp !== undefined;
  const wantedMilli = cpuMilliOf(container?.resources?.limits);
  const limitMilli = cpuMilliOf(running?.resources?.limits);
  return {
    name: metadata.name,
    uid: metadata.uid,
    service: metadata.labels?.["app.kubernetes.io/name"] ?? "",
    createdMs: Date.parse(metadata.creationTimestamp),
    isReady: !isTerminating && condition("Ready")?.status === "True",
    isTerminating,
    isRetiring: metadata.labels?.[RETIRING] === "true",
    isRunning: running?.state?.running !== undefined,
    isOver: status?.phase === "Failed" || status?.phase === "Succeeded",
    restarts: running?.restartCount ?? 0,
    limitMilli: Number.isNaN(limitMilli) ? wantedMilli : limitMilli,
    wantedMilli,
    requestShare: cpuMilliOf(container?.resources?.requests) / wantedMilli,
    refusedSize: refusal(condition("PodResizePending")),
  };
}

/** CPU limit that a spec gives the mock, millicores; undefined without one. */
export function limitMilliOf(spec: PodObject["spec"]): number | undefined {
  const limits = spec?.containers?.find(({ name }) => name === CONTAINER)?.resources?.limits;
  return limits?.["cpu"] === undefined ? undefined : cpuMilliOf(limits);
}

function cpuMilliOf(amounts: Amounts | undefined): number {
  const cpu = amounts?.["cpu"];
  return cpu === undefined ? Number.NaN : quantityToMilli(cpu);
}

function refusal(pending: Condition | undefined): string {
  return pending?.status === "True" ? (pending.message ?? pending.reason ?? "no reason given") : "";
}
