/** Time as an argument: a real clock on a cluster, a simulated one on the twin. */
export type Clock = {
  /** Milliseconds since the clock's own zero. Never goes backwards. */
  nowMs(): number;
  /** Resolves once `nowMs() >= atMs`; at once when that is past. Rejects with the signal's reason when aborted. */
  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void>;
};
