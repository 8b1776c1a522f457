import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { KarmaError } from "../../src/core/errors.ts";
import { startWorkers, type WorkerPool } from "../../src/host/workers.ts";
import { createFolder } from "./folder.ts";

const side = new URL("../../src/host/worker-side.ts", import.meta.url).href;
const errors = new URL("../../src/core/errors.ts", import.meta.url).href;

/** Doubles numbers, and fails in three ways. */
const worker = `
import { answerJobs } from ${JSON.stringify(side)};
import { KarmaError } from ${JSON.stringify(errors)};
answerJobs((setup) => async (job) => {
  if (job === "refuse") throw new KarmaError("USAGE", "no such job", "ask for less");
  if (job === "break") throw new TypeError("a bug");
  if (job === "die") process.exit(3);
  return job * setup.factor;
});
`;

function pool(count: number): WorkerPool<number | string, number> {
  const entry = join(createFolder(), "worker.ts");
  writeFileSync(entry, worker);
  const started = startWorkers<number | string, number>(pathToFileURL(entry), { factor: 2 }, count);
  onTestFinished(() => started.close());
  return started;
}

test.each([1, 3])("%d threads answer every job with its own result", async (count) => {
  const { run } = pool(count);
  const jobs = Array.from({ length: 20 }, (_, index) => index);
  expect(await Promise.all(jobs.map((job) => run(job)))).toEqual(jobs.map((job) => 2 * job));
});

test("a failure the user can act on arrives as one, a bug with its stack, and the thread goes on", async () => {
  const { run } = pool(1);
  await expect(run("refuse")).rejects.toThrow(KarmaError);
  await expect(run("refuse")).rejects.toMatchObject({ code: "USAGE", hint: "ask for less" });
  await expect(run("break")).rejects.toThrow(/TypeError: a bug/);
  expect(await run(4)).toBe(8);
});

test("a thread that ends leaves nobody waiting", async () => {
  const { run } = pool(1);
  await expect(Promise.all([run("die"), run(1)])).rejects.toThrow("ended");
}, 20_000);
