import { parentPort, workerData } from "node:worker_threads";
import { type WorkerAnswer, failureAnswer } from "./workers.ts";

/** The thread's side of `startWorkers`: answers one job after the other. */
export function answerJobs<Setup, Job, Result>(prepare: (setup: Setup) => (job: Job) => Promise<Result>): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what startWorkers was given
  const work = prepare(workerData as Setup);
  const port = parentPort!;
  port.on("message", (job: Job) => {
    void work(job)
      .then((result): WorkerAnswer<Result> => ({ kind: "done", result }), failureAnswer)
      .then((answer) => port.postMessage(answer));
  });
}
