/** Why a pod does not run, and what to do. */
export type PodTrouble = {
  readonly kind: "refused" | "no-room" | "image" | "volume" | "memory" | "probe" | "crash" | "start";
  /** The pod, or what was to make it. */
  readonly pod: string;
  readonly message: string;
  readonly hint: string;
};
