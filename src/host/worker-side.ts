import { parentPort, workerData } from "node:worker_threads";
import { type WorkerAnswer, failureAnswer } from "./workers.ts";

/** The thread's side of `startWorkers`: answers one job after the other. */
export function answerJobs(prepare: (setup: unknown) => (job: unknown) => Promise<unknown>): void {
  const work = prepare(workerData);
  const port = parentPort!;
  const answer = async (job: unknown): Promise<WorkerAnswer<unknown>> => {
    try {
      return { kind: "done", result: await work(job) };
    } catch (error) {
      return failureAnswer(error);
    }
  };
  const reply = async (job: unknown): Promise<void> => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    port.postMessage(await answer(job));
  };
  port.on("message", (job: unknown) => void reply(job));
}
