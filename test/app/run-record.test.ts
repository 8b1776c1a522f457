import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunMetrics } from "../../src/app/run-metrics.ts";
import { openRunRecord, type RunRecord } from "../../src/app/run-record.ts";
import { openRunFolder } from "../../src/host/run-folder.ts";
import { readEvents } from "../host/event-records.ts";
import { createFolder } from "../host/folder.ts";

const totals = { requests: 1_000, violating: 20, pods: 300, steps: 10 };

function metricsOf(iteration: number, validated?: number): RunMetrics {
  return {
    iteration,
    steps: 100 * iteration,
    reward: -1,
    totals,
    policyLoss: 0.1,
    valueLoss: 0.2,
    entropy: 2,
    approximateKl: 0.01,
    clippedShare: 0,
    firstRatioError: 0,
    actorGradientNorm: 1,
    criticGradientNorm: 1,
    explainedVariance: 0.5,
    learningRate: 0.001,
    ...(validated !== undefined && { validation: { reward: validated, totals } }),
  };
}

/** Plays iterations as a training does: each is validated, and its team is its name. */
async function play(record: RunRecord, rewards: readonly number[], from = 1): Promise<void> {
  for (const [at, reward] of rewards.entries()) {
    record.add(metricsOf(from + at, reward), 5_000);
    await record.keep(from + at, `team ${from + at}`);
    await record.save(Uint8Array.of(from + at));
  }
}

const read = (path: string, file: string): string => readFileSync(join(path, file), "utf8");

test("the best team and the last ones stay, and older ones go", async () => {
  const path = createFolder();
  const record = openRunRecord(openRunFolder(path), 0, 2);
  expect(record.best()).toBeUndefined();
  await play(record, [-3, -1, -2, -1]);
  expect(record.best()).toEqual({ iteration: 2, reward: -1 });
  expect(record.sinceBest()).toBe(2);
  expect(read(path, "best.json")).toBe("team 2");
  expect(readdirSync(join(path, "checkpoints"))).toEqual(["000003.json", "000004.json"]);
  expect(read(path, "checkpoints/000004.json")).toBe("team 4");
});

test("a run that goes on forgets what came behind its snapshot, and knows the best team before it", async () => {
  const path = createFolder();
  await play(openRunRecord(openRunFolder(path), 0, 3), [-3, -1, -2, 5]);
  const record = openRunRecord(openRunFolder(path), 3, 3);
  expect(record.best()).toEqual({ iteration: 2, reward: -1 });
  expect(record.sinceBest()).toBe(1);
  expect(read(path, "metrics.jsonl").split("\n")).toHaveLength(4);
  const steps = (): number[] =>
    readEvents(readFileSync(join(path, "events.out.tfevents.karma"))).map(({ step }) => step);
  expect(steps()).toEqual([0, 100, 200, 300]);
  await play(record, [5], 4);
  expect(record.best()).toEqual({ iteration: 4, reward: 5 });
  expect(steps()).toEqual([0, 100, 200, 300, 400]);
});

test("a run that begins anew leaves nothing of the one before", async () => {
  const path = createFolder();
  await play(openRunRecord(openRunFolder(path), 0, 3), [-3, -1]);
  openRunRecord(openRunFolder(path), 0, 3);
  expect(existsSync(join(path, "best.json"))).toBe(false);
  expect(existsSync(join(path, "checkpoints"))).toBe(false);
  expect(read(path, "metrics.jsonl")).toBe("");
});

test("TensorBoard gets groups of figures, the validation beside the training", async () => {
  const path = createFolder();
  await play(openRunRecord(openRunFolder(path), 0, 3), [-3]);
  const [, event] = readEvents(readFileSync(join(path, "events.out.tfevents.karma")));
  expect(event?.scalars).toMatchObject({
    "training/reward": -1,
    "training/violatingShare": expect.closeTo(0.02),
    "training/pods": 30,
    "training totals/requests": 1_000,
    "learning/entropy": 2,
    "validation/reward": -3,
    "validation/pods": 30,
    "time/stepsPerS": 5_000,
  });
});
