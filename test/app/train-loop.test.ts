import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRunRecord } from "../../src/app/run-record.ts";
import { trainAll, type TrainLoop } from "../../src/app/train-loop.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { openRunFolder, type RunFolder } from "../../src/host/run-folder.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import type { VectorGame } from "../../src/team/env/vector-game.ts";
import { createTrainer } from "../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";
import { createFolder } from "../host/folder.ts";
import { createToyGame } from "../team/toy-game.ts";

const options = { ...defaultIppoOptions, totalSteps: 16 * 20 * 14, rolloutSteps: 20, hidden: [8] };
const never = new AbortController().signal;

type Change = { readonly folder?: RunFolder; readonly game?: VectorGame; readonly rewards?: readonly number[] };

/** Fourteen iterations of the toy game, validated as told, the last reward again and again. */
function loopIn(
  path: string,
  { folder = openRunFolder(path), game = createToyGame(1), rewards = [0] }: Change = {},
): TrainLoop {
  const trainer = createTrainer({ options, game, kernels: createPlainKernels(), seed: 7 });
  let validations = 0;
  return {
    trainer,
    record: openRunRecord(folder, 0, 3),
    validate: () => ({ reward: rewards[Math.min(validations++, rewards.length - 1)]!, totals: {} }),
    encodeTeam: () => `team ${trainer.iteration()}`,
  };
}

const read = (path: string, file: string): string => readFileSync(join(path, file), "utf8");
const iterationsIn = (path: string): number => read(path, "metrics.jsonl").split("\n").length - 1;

test("every fourth team and the last one are validated and kept, the best one beside them", async () => {
  const path = createFolder();
  const notes: (string | undefined)[] = [];
  const loop = loopIn(path, { rewards: [1, 3, 2] });
  await trainAll(loop, (_, note) => void notes.push(note), never);
  const validated = read(path, "metrics.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(validated.flatMap(({ iteration, validation }) => (validation ? [iteration] : []))).toEqual([4, 8, 12, 14]);
  expect(read(path, "best.json")).toBe("team 8");
  expect(openRunFolder(path).list("checkpoints")).toEqual(["000008.json", "000012.json", "000014.json"]);
  expect(Buffer.compare(readFileSync(join(path, "snapshot.bin")), loop.trainer.snapshot())).toBe(0);
  expect(notes).toHaveLength(15);
  expect(notes.at(-1)).toMatch(/^reward .*, losses .*, KL .*, entropy .*, \d+ steps\/s$/);
});

test("with patience training ends once so many validations brought no better team", async () => {
  const path = createFolder();
  await trainAll({ ...loopIn(path, { rewards: [1, 1, 0] }), patience: 2 }, () => {}, never);
  expect(iterationsIn(path)).toBe(12);
  expect(read(path, "best.json")).toBe("team 4");
});

test("patience lasts while teams get better", async () => {
  const path = createFolder();
  await trainAll({ ...loopIn(path, { rewards: [1, 2, 3, 4] }), patience: 1 }, () => {}, never);
  expect(iterationsIn(path)).toBe(14);
});

test("who stops it gets a snapshot of that very iteration", async () => {
  const path = createFolder();
  const stop = new AbortController();
  const loop = loopIn(path);
  const stopping = trainAll(loop, (_, note) => note && iterationsIn(path) === 6 && stop.abort(), stop.signal);
  await expect(stopping).rejects.toThrow("aborted");
  expect(iterationsIn(path)).toBe(6);
  expect(Buffer.compare(readFileSync(join(path, "snapshot.bin")), loop.trainer.snapshot())).toBe(0);
});

/** From its sixth rollout on the game pays what no number can hold. */
function broken(): VectorGame {
  const game = createToyGame(1);
  let steps = 0;
  return {
    ...game,
    step(actions) {
      game.step(actions);
      if (++steps > 5 * options.rolloutSteps) game.rewards.fill(1e308);
    },
  };
}

test("numbers that are none stop a training, and what was written before stays as it was", async () => {
  const path = createFolder();
  const loop = loopIn(path, { game: broken() });
  const diverged = { code: "TOOL_FAILED", message: expect.stringContaining("training diverged") };
  await expect(trainAll(loop, () => {}, never)).rejects.toMatchObject(diverged);
  expect(iterationsIn(path)).toBe(5);
  expect(read(path, "best.json")).toBe("team 4");
  const before = loopIn(createFolder()).trainer;
  for (let k = 0; k < 4; k++) before.iterate();
  expect(Buffer.compare(readFileSync(join(path, "snapshot.bin")), before.snapshot())).toBe(0);
});

/** A disk on which nothing more fits after so many writes. */
function full(folder: RunFolder, writes: number): RunFolder {
  let left = writes;
  return {
    ...folder,
    async write(file, content) {
      if (left-- > 0) return folder.write(file, content);
      throw new KarmaError("INPUT_INVALID", `cannot write ${file}: the disk is full`, "make room there");
    },
  };
}

test.each([
  ["the first team", 0, undefined],
  ["its first copy", 1, undefined],
  ["the second team", 3, "team 4"],
  ["the second snapshot", 4, "team 4"],
])("a disk that is full at %s stops a training, and every file is whole", async (_, writes, best) => {
  const path = createFolder();
  const loop = loopIn(path, { folder: full(openRunFolder(path), writes) });
  const failed = trainAll(loop, () => {}, never);
  await expect(failed).rejects.toMatchObject({ code: "INPUT_INVALID", hint: "make room there" });
  expect(existsSync(join(path, "best.json")) ? read(path, "best.json") : undefined).toBe(best);
  if (best === undefined) return expect(existsSync(join(path, "snapshot.bin"))).toBe(false);
  const before = loopIn(createFolder()).trainer;
  for (let k = 0; k < 4; k++) before.iterate();
  expect(Buffer.compare(readFileSync(join(path, "snapshot.bin")), before.snapshot())).toBe(0);
});
