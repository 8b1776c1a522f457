/** What the API server says of a pod, as far as it tells why one does not run. */
export type PodView = {
  readonly metadata?: { readonly name?: string | undefined } | undefined;
  readonly status?:
    | {
        readonly phase?: string | undefined;
        readonly conditions?: readonly PodCondition[] | undefined;
        readonly containerStatuses?: readonly ContainerView[] | undefined;
      }
    | undefined;
};

export type PodCondition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
};

export type ContainerView = {
  readonly image: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState | undefined;
  readonly lastState?: ContainerState | undefined;
};

type ContainerState = {
  readonly waiting?: { readonly reason?: string | undefined; readonly message?: string | undefined } | undefined;
  readonly terminated?: { readonly exitCode: number; readonly reason?: string | undefined } | undefined;
};

/** An event of a namespace. */
export type EventView = {
  readonly type?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly involvedObject: { readonly kind?: string | undefined; readonly name?: string | undefined };
};

/** A pod that is not ready, and what is known around it. */
export type Patient = {
  readonly pod: string;
  readonly conditions: readonly PodCondition[];
  readonly container: ContainerView | undefined;
  /** Of this pod, oldest first. */
  readonly events: readonly EventView[];
  /** Last lines the container wrote before it ended, or has written so far. */
  readonly log: string;
};

/** The last event for one of these reasons. */
export function lastEvent(events: readonly EventView[], reasons: readonly string[]): EventView | undefined {
  return events.findLast(({ reason }) => reason !== undefined && reasons.includes(reason));
}
