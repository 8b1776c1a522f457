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
  /** 1: a thread is gone, and will never say that it is done. */
  isLost: 7,
  /** Grows while the foreman is there. */
  beats: 8,
} as const;

/** What the foreman is started with: the thread that starts the others, and sees it when one of them dies. */
export type CrewPlan = {
  readonly entry: string;
  readonly members: readonly CrewMember[];
  readonly control: Int32Array;
};

/** Of an order: the threads go home. */
export const END = -1;

const FAILURE_BYTES = 16_384;
const LOOK_EVERY_MS = 1_000;
/** Without a sign of the foreman: it guards the others, nobody guards it. Many: a busy machine may keep it from starting. */
const PATIENCE_LOOKS = 120;
const FOREMAN = new URL("./crew-foreman.ts", import.meta.url);

/**
 * @param entry  a module that calls `obeyOrders`
 * @param setup  what all threads share: shared memory stays shared, everything else is copied
 */
export function startCrew(entry: URL, setup: unknown, threads: number): Crew {
  const control = new Int32Array(new SharedArrayBuffer(4 * Object.keys(controlWords).length));
  const failure = new Uint8Array(new SharedArrayBuffer(FAILURE_BYTES));
  const members = Array.from({ length: threads }, (_, thread) => ({ setup, thread, control, failure }));
  const plan: CrewPlan = { entry: entry.href, members, control };
  // Not from here: while this thread waits it would not hear that one of them died.
  const foreman = new Worker(FOREMAN, { workerData: plan });
  let broken: unknown;
  foreman.on("error", (error) => (broken ??= error));
  foreman.unref();
  const throwFailure = (): void => {
    if (broken !== undefined) throw broken;
    const bytes = Atomics.load(control, controlWords.failureBytes);
    if (bytes > 0) throw failureOf(readFailure(failure, bytes));
  };
  return {
    run(order, own) {
      throwFailure();
      give(control, order, threads);
      try {
        own();
      } finally {
        awaitAll(control);
      }
      throwFailure();
    },
    async close() {
      give(control, { kind: END, first: 0, second: 0 }, threads);
      await foreman.terminate();
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

/**
 * Until all have done, or one is gone; as long as they work. Looks now and then instead of waiting once, so that a
 * computer that slept does not count as patience.
 */
function awaitAll(control: Int32Array): void {
  let looks = 0;
  let seen = Number.NaN;
  for (;;) {
    const atWork = Atomics.load(control, controlWords.atWork);
    if (atWork === 0 || Atomics.load(control, controlWords.isLost) === 1) return;
    // One grows, the other falls: either is a sign of life.
    const signs = Atomics.load(control, controlWords.beats) - atWork;
    looks = signs === seen ? looks + 1 : 0;
    seen = signs;
    if (looks === PATIENCE_LOOKS)
      throw new Error(`${atWork} threads do not answer, nor does the one that watches them`);
    Atomics.wait(control, controlWords.atWork, atWork, LOOK_EVERY_MS);
  }
}

function readFailure(failure: Uint8Array, bytes: number): WorkerFailure {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the other side of this file
  return JSON.parse(new TextDecoder().decode(failure.slice(0, bytes))) as WorkerFailure;
}
