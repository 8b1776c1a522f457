import type { ClusterEvent, Resize } from "../../control/loop/cluster.ts";
import { type Readings, createReadings, entrySignals, serviceSignals } from "../../control/readings/readings.ts";
import type { KarmaErrorCode } from "../../core/errors.ts";
import type { ClusterFault } from "../../system/workload/fault.ts";
import type { PodPhase } from "./pod.ts";

/** What is asked of a supervisor, as the JSON body of a POST with its token. */
export type ControlRequest =
  | { readonly verb: "observe" }
  | { readonly verb: "status" }
  | { readonly verb: "scale"; readonly service: string; readonly replicas: number }
  | { readonly verb: "restart"; readonly service: string }
  | { readonly verb: "resize"; readonly service: string; readonly cpuMilli: number }
  | { readonly verb: "inject"; readonly fault: ClusterFault }
  | { readonly verb: "heal" }
  /** `from`: running number of the first event wanted; `undefined` for none but the next number. */
  | { readonly verb: "events"; readonly from?: number }
  | { readonly verb: "down" };

export type Verb = ControlRequest["verb"];
export type RequestOf<V extends Verb> = Extract<ControlRequest, { readonly verb: V }>;

export type ReplyValues = {
  readonly observe: PlainReadings;
  readonly status: LocalClusterStatus;
  readonly scale: undefined;
  readonly restart: undefined;
  readonly resize: Resize;
  readonly inject: undefined;
  readonly heal: undefined;
  readonly events: EventsReply;
  readonly down: undefined;
};

export type ControlReply<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: KarmaErrorCode; readonly message: string; readonly hint: string };

export type EventsReply = { readonly events: readonly ClusterEvent[]; readonly next: number };

type PodStatus = {
  readonly name: string;
  readonly phase: PodPhase;
  readonly pid: number | undefined;
  readonly port: number | undefined;
  readonly restarts: number;
  readonly ageMs: number;
  /** Its CPU limit now, millicores. */
  readonly cpuMilli: number;
};

export type ServiceStatus = {
  readonly service: string;
  /** Address of the service's balancer. */
  readonly url: string;
  readonly desired: number;
  readonly ready: number;
  /** Existing pods x time since the cluster started, s. */
  readonly podSeconds: number;
  /** The same, each counted by its CPU limit / the declared one. */
  readonly sizedPodSeconds: number;
  readonly pods: readonly PodStatus[];
};

export type LocalClusterStatus = {
  readonly name: string;
  readonly supervisorPid: number;
  readonly ageMs: number;
  readonly timeScale: number;
  /** Sum over the services, s. */
  readonly podSeconds: number;
  readonly services: readonly ServiceStatus[];
};

/** What a supervisor tells the process that started it, over the channel between them. */
export type StartMessage =
  | { readonly type: "progress"; readonly ready: number; readonly wanted: number }
  | { readonly type: "up" }
  | { readonly type: "failed"; readonly message: string; readonly lines: readonly string[] };

export function isStartMessage(message: unknown): message is StartMessage {
  return typeof message === "object" && message !== null && "type" in message;
}

/** The one message back: live on without me. */
export const STAY = "stay";

type PlainReadings = { readonly atMs: number; readonly services: number } & {
  readonly [column: string]: number | readonly (number | null)[];
};

const columns = ["ageMs", ...serviceSignals, ...entrySignals] as const;

/** JSON has no NaN: unknown becomes null. */
export function readingsToPlain(readings: Readings): PlainReadings {
  const plain: Record<string, number | (number | null)[]> = {};
  for (const column of columns) {
    plain[column] = Array.from(readings[column], (value) => (Number.isFinite(value) ? value : null));
  }
  return { ...plain, atMs: readings.atMs, services: readings.services };
}

export function plainToReadings(plain: PlainReadings): Readings {
  const readings = createReadings(plain.services, 1, plain.atMs);
  for (const column of columns) {
    const values = plain[column];
    if (!Array.isArray(values)) throw new Error(`readings without ${column}`);
    for (const [index, value] of values.entries()) readings[column][index] = value ?? Number.NaN;
  }
  return readings;
}
