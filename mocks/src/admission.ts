/** Lets requests in: so many at a time, the others wait in order of arrival, and beyond a bound they are refused. */
export type Admission = {
  /** True when a slot was free and is taken now. */
  tryEnter(): boolean;
  /** Starts the request once a slot is free; false when the queue is full. */
  tryQueue(start: () => void): boolean;
  /** A request that had started is finished: the next may start. */
  leave(): void;
  readonly inFlight: () => number;
  readonly queued: () => number;
};

export function createAdmission(limits: { readonly concurrency: number; readonly queueLimit: number }): Admission {
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  let isAdmitting = false;

  // A request without work leaves while it is being started: a loop instead of a recursion as deep as the queue.
  function admitWaiting(): void {
    if (isAdmitting) return;
    isAdmitting = true;
    while (inFlight < limits.concurrency && waiting.length > 0) {
      inFlight++;
      waiting.shift()!();
    }
    isAdmitting = false;
  }

  return {
    tryEnter() {
      if (inFlight >= limits.concurrency || waiting.length > 0) return false;
      inFlight++;
      return true;
    },
    tryQueue(start) {
      if (waiting.length >= limits.queueLimit) return false;
      waiting.push(start);
      return true;
    },
    leave() {
      inFlight--;
      if (waiting.length > 0) admitWaiting();
    },
    inFlight: () => inFlight,
    queued: () => waiting.length,
  };
}
