import { expect, test } from "vitest";
import { createTimedSteps } from "../../src/app/timed-steps.ts";
import { createUndo } from "../../src/app/undo.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { createProgress } from "../../src/host/progress.ts";

const quiet = createProgress("quiet");
const failure = new KarmaError("NOT_READY", "the pods do not run", "look at them");

test("what was done is taken back, last first, and the failure stays what it was", async () => {
  const undo = createUndo();
  const taken: string[] = [];
  for (const name of ["cluster", "namespace"]) undo.add(name, async () => void taken.push(name));
  expect(await undo.run(failure, quiet)).toBe(failure);
  expect(taken).toEqual(["namespace", "cluster"]);
});

test("what cannot be taken back is told, and the rest is taken back all the same", async () => {
  const undo = createUndo();
  const taken: string[] = [];
  undo.add("cluster", async () => void taken.push("cluster"));
  undo.add("namespace", async () => {
    throw new Error("no answer");
  });
  expect(await undo.run(failure, quiet)).toMatchObject({
    code: "NOT_READY",
    message: "the pods do not run",
    hint: "look at them; could not undo: namespace (no answer); karma cluster down tries again",
  });
  expect(taken).toEqual(["cluster"]);
});

test("steps are timed in order, and tell whether there was something to do", async () => {
  const steps = createTimedSteps<"build" | "load">(quiet);
  expect(await steps.step("build", "build it", async () => false)).toBe(false);
  expect(await steps.step("load", "load it", async () => 3)).toBe(3);
  expect(steps.timings).toEqual([
    { name: "build", seconds: expect.any(Number), didWork: false },
    { name: "load", seconds: expect.any(Number), didWork: true },
  ]);
});
