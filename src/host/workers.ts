import { Worker } from "node:worker_threads";
import { KarmaError, type KarmaErrorCode } from "../core/errors.ts";

/** Threads that each do one job at a time. */
export type WorkerPool<Job, Result> = {
  /** Rejects with the job's failure. Jobs start in the order they are given. */
  readonly run: (job: Job) => Promise<Result>;
  readonly close: () => Promise<void>;
};

/** What a thread answers: the result of the job it was sent last, or why there is none. */
export type WorkerAnswer<Result> = { readonly kind: "done"; readonly result: Result } | WorkerFailure;

export type WorkerFailure =
  | { readonly kind: "refused"; readonly code: KarmaErrorCode; readonly message: string; readonly hint: string }
  | { readonly kind: "broken"; readonly stack: string };

type Waiting<Job, Result> = {
  readonly job: Job;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * @param entry  a module that answers every message with a {@link WorkerAnswer}
 * @param setup  what all jobs share; copied to every thread once, as its `workerData`
 */
export function startWorkers<Job, Result>(entry: URL, setup: unknown, count: number): WorkerPool<Job, Result> {
  const desk = createDesk<Job, Result>();
  let isClosed = false;
  const failed = (error: unknown): void => {
    if (!isClosed) desk.failed(error);
  };
  const workers = Array.from({ length: count }, () => startThread(entry, setup, { answered: desk.answered, failed }));
  desk.idle.push(...workers);
  return {
    run: desk.run,
    async close() {
      isClosed = true;
      desk.waiting.length = 0;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Hands waiting jobs to idle threads. */
type Desk<Job, Result> = Pick<WorkerPool<Job, Result>, "run"> &
  Listeners<Result> & { readonly waiting: Waiting<Job, Result>[]; readonly idle: Worker[] };

function createDesk<Job, Result>(): Desk<Job, Result> {
  const waiting: Waiting<Job, Result>[] = [];
  const idle: Worker[] = [];
  const atWork = new Map<Worker, Waiting<Job, Result>>();
  let broken: unknown;

  function next(): void {
    while (idle.length > 0 && waiting.length > 0) {
      const worker = idle.shift()!;
      const one = waiting.shift()!;
      atWork.set(worker, one);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(one.job);
    }
  }

  return {
    waiting,
    idle,
    async run(job) {
      if (broken !== undefined) throw broken;
      const result = new Promise<Result>((resolve, reject) => waiting.push({ job, resolve, reject }));
      next();
      return result;
    },
    answered(worker, answer) {
      const done = atWork.get(worker)!;
      atWork.delete(worker);
      idle.push(worker);
      settle(done, answer);
      next();
    },
    failed(error) {
      broken ??= error;
      for (const one of [...atWork.values(), ...waiting.splice(0)]) one.reject(error);
      atWork.clear();
    },
  };
}

type Listeners<Result> = {
  readonly answered: (worker: Worker, answer: WorkerAnswer<Result>) => void;
  readonly failed: (error: unknown) => void;
};

function startThread<Result>(entry: URL, setup: unknown, { answered, failed }: Listeners<Result>): Worker {
  const worker = new Worker(entry, { workerData: setup });
  worker.on("message", (answer: WorkerAnswer<Result>) => answered(worker, answer));
  worker.on("error", failed);
  worker.on("exit", (code) => failed(new Error(`a worker ended by itself, with exit code ${code}`)));
  return worker;
}

function settle<Job, Result>({ resolve, reject }: Waiting<Job, Result>, answer: WorkerAnswer<Result>): void {
  if (answer.kind === "done") resolve(answer.result);
  else reject(failureOf(answer));
}

/** What {@link failureAnswer} made an answer of. */
export function failureOf(answer: WorkerFailure): Error {
  if (answer.kind === "refused") return new KarmaError(answer.code, answer.message, answer.hint);
  return new Error(`a worker failed: ${answer.stack}`);
}

/** The failure of a job as an answer. */
export function failureAnswer(error: unknown): WorkerFailure {
  if (error instanceof KarmaError) {
    return { kind: "refused", code: error.code, message: error.message, hint: error.hint };
  }
  return { kind: "broken", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
