import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PlayAnswer, PlayJob } from "../../../src/app/evaluation/play-job.ts";
import { openPlayRunner } from "../../../src/app/evaluation/play-runner.ts";
import { createFolder } from "../../host/folder.ts";
import { hostIn, scenarioOf, setupOf } from "./setup.ts";

const setup = setupOf(scenarioOf("waves", { isSynthetic: true }));
const jobs = ["hpa:60", "feed-forward", "fixed"].flatMap((spec) =>
  [1, 2].map((seed): PlayJob => ({ scenario: 0, purpose: "evaluate", seed, spec })),
);

type Ran = { readonly answers: readonly PlayAnswer[]; readonly played: number; readonly file: string };

async function run(folder: string, workers: number, some: readonly PlayJob[] = jobs): Promise<Ran> {
  const runner = openPlayRunner({ setup, folder, workers }, hostIn(folder));
  try {
    const answers = await runner.run(some, "play");
    await runner.finish();
    const file = readFileSync(join(folder, "plays.jsonl"), "utf8");
    return { answers, played: runner.counts().played, file };
  } finally {
    await runner.close();
  }
}

test("one thread and three give the same answers and the same bytes on disk", async () => {
  const many = jobs.flatMap((job) =>
    Array.from({ length: 6 }, (_, k) => Object.assign({}, job, { seed: 2 * k + job.seed })),
  );
  const [alone, together] = [await run(createFolder(), 1, many), await run(createFolder(), 3, many)];
  expect(together.answers).toEqual(alone.answers);
  expect(together.file).toBe(alone.file);
  expect(alone.played).toBe(many.length);
}, 60_000);

test("what was played is not played again, and gives the same answer, NaN included", async () => {
  const folder = createFolder();
  const first = await run(folder, 1);
  const again = await run(folder, 1);
  expect(again.played).toBe(0);
  expect(again.answers).toEqual(first.answers);
  expect(again.answers[0]!.played.recoveryS).toBeNaN();
});

test("a killed evaluation goes on: its half-written line is played again, its whole ones are not", async () => {
  const whole = await run(createFolder(), 1);
  const folder = createFolder();
  await run(folder, 1, jobs.slice(0, 3));
  appendFileSync(join(folder, "plays.jsonl"), whole.file.slice(0, 100));
  const resumed = await run(folder, 1);
  expect(resumed.played).toBe(3);
  expect(resumed.file).toBe(whole.file);
});

test("another seed, purpose, factor or price sheet is another play", async () => {
  const folder = createFolder();
  const [job] = jobs;
  await run(folder, 1, [job!]);
  const others: PlayJob[] = [
    { ...job!, seed: 3 },
    { ...job!, purpose: "tune" },
    { ...job!, factor: 1.5 },
  ];
  expect((await run(folder, 1, others)).played).toBe(3);
  const dearer = { ...setup, prices: { ...setup.prices, perCoreHour: 1 } };
  const runner = openPlayRunner({ setup: dearer, folder, workers: 1 }, hostIn(folder));
  await runner.run([job!], "play");
  expect(runner.counts().played).toBe(1);
});

test("a stopped evaluation rejects with the reason", async () => {
  const folder = createFolder();
  const controller = new AbortController();
  const runner = openPlayRunner({ setup, folder, workers: 1 }, hostIn(folder, controller.signal));
  const running = runner.run(jobs, "play");
  controller.abort(new Error("Ctrl-C"));
  await expect(running).rejects.toThrow("Ctrl-C");
});

test("a file that is no list of plays is started anew", async () => {
  const folder = createFolder();
  writeFileSync(join(folder, "plays.jsonl"), "no JSON at all\n");
  expect((await run(folder, 1, jobs.slice(0, 1))).played).toBe(1);
});
