import { Worker } from "node:worker_threads";
import { failureOf, type WorkerFailure } from "./workers.ts";

/** What every thread of a crew does next: what it is, and two whole numbers with it. */
export type Order = { readonly kind: number; readonly first: number; readonly second: number };

/**
 * Threads that work at the same thing at once, on shared memory, while this thread waits without going back to its event
 * loop: for work so short that messages would cost more.
 */
export type Crew = {
  /** Gives the order to every thread, does `own` here, and returns when all have done. Throws what any of them threw. */
  run(order: Order, own: () => void): void;
  close(): Promise<void>;
};

/** What a thread is started with. */
export type CrewMember = {
  readonly setup: unknown;
  /** From 0. */
  readonly thread: number;
  readonly control: Int32Array;
  readonly failure: Uint8Array;
};

/** Places in the crew's control words. */
export const controlWords = {
  round: 0,
  atWork: 1,
  kind: 2,
  first: 3,
  second: 4,
  hasFailed: 5,
  failureBytes: 6,
} as const;

/** Of an order: the threads go home. */
export const END = -1;

const FAILURE_BYTES = 16_384;
const LOOK_EVERY_MS = 1_000;
/** A thread that died cannot say so while this one waits. */
const PATIENCE_LOOKS = 600;

/**
 * @param entry  a module that calls `obeyOrders`
 * @param setup  what all threads share: shared memory stays shared, everything else is copied
 */
export function startCrew(entry: URL, setup: unknown, threads: number): Crew {
  const control = new Int32Array(new SharedArrayBuffer(4 * Object.keys(controlWords).length));
  const failure = new Uint8Array(new SharedArrayBuffer(FAILURE_BYTES));
  let broken: unknown;
  const workers = Array.from({ length: threads }, (_, thread) => {
    const member: CrewMember = { setup, thread, control, failure };
    const worker = new Worker(entry, { workerData: member });
    worker.on("error", (error) => (broken ??= error));
    worker.unref();
    return worker;
  });
  return {
    run(order, own) {
      if (broken !== undefined) throw broken;
      give(control, order, threads);
      try {
        own();
      } finally {
        awaitAll(control);
      }
      const bytes = Atomics.load(control, controlWords.failureBytes);
      if (bytes > 0) throw failureOf(readFailure(failure, bytes));
    },
    async close() {
      give(control, { kind: END, first: 0, second: 0 }, threads);
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function give(control: Int32Array, { kind, first, second }: Order, threads: number): void {
  Atomics.store(control, controlWords.kind, kind);
  Atomics.store(control, controlWords.first, first);
  Atomics.store(control, controlWords.second, second);
  Atomics.store(control, controlWords.atWork, threads);
  Atomics.add(control, controlWords.round, 1);
  Atomics.notify(control, controlWords.round);
}

/** Looks now and then instead of waiting once, so that a computer that slept does not count as patience. */
function awaitAll(control: Int32Array): void {
  let looks = 0;
  for (;;) {
    const atWork = Atomics.load(control, controlWords.atWork);
    if (atWork === 0) return;
    if (Atomics.wait(control, controlWords.atWork, atWork, LOOK_EVERY_MS) !== "timed-out") looks = 0;
    else if (++looks === PATIENCE_LOOKS)
      throw new Error(`${atWork} threads do not answer; they may have run out of memory`);
  }
}

function readFailure(failure: Uint8Array, bytes: number): WorkerFailure {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the other side of this file
  return JSON.parse(new TextDecoder().decode(failure.slice(0, bytes))) as WorkerFailure;
}
