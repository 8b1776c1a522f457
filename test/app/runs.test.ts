import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { findRun, newRunPath, requireRun } from "../../src/app/runs.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import { defineMlp } from "../../src/nn/mlp.ts";
import { scalingActions } from "../../src/team/policy/actions.ts";
import { encodeCheckpoint } from "../../src/team/policy/checkpoint.ts";
import { observationSize } from "../../src/team/policy/observe.ts";
import { createFolder } from "../host/folder.ts";

const network = defineMlp([observationSize, 4, scalingActions.length]);

function checkpointText(hash: string, steps = 1): string {
  return encodeCheckpoint({
    topology: { name: "shop", hash: hash.repeat(64), services: ["front"] },
    timing: kubernetesTiming,
    headroom: 1.2,
    training: { algorithm: "ippo", seed: 1, steps, config: {} },
    backEnd: "plain",
    network,
    weights: new Float32Array(network.endsAt),
  });
}

/** Writes a run of a topology with this hash, as old as its number says. */
function writeRun(cwd: string, name: string, hash: string, ageS: number): void {
  const folder = join(cwd, "runs", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "checkpoint.json"), checkpointText(hash));
  const writtenS = 1_000_000 - ageS;
  utimesSync(join(folder, "checkpoint.json"), writtenS, writtenS);
}

const [ours, theirs] = ["a".repeat(64), "b".repeat(64)];

test("the newest run of this very topology is found, not a newer one of another", () => {
  const cwd = createFolder();
  writeRun(cwd, "older", "a", 300);
  writeRun(cwd, "newer", "a", 200);
  writeRun(cwd, "foreign", "b", 100);
  expect(basename(findRun(cwd, undefined, ours)!.path)).toBe("newer");
  expect(basename(findRun(cwd, undefined, theirs)!.path)).toBe("foreign");
  expect(findRun(cwd, undefined, "c".repeat(64))).toBeUndefined();
});

test("a damaged run does not stand in the way of the others, and is named when none is found", () => {
  const cwd = createFolder();
  writeRun(cwd, "older", "a", 300);
  writeRun(cwd, "broken", "b", 100);
  writeFileSync(join(cwd, "runs", "broken", "checkpoint.json"), '{ "format": ');
  expect(basename(findRun(cwd, undefined, ours)!.path)).toBe("older");
  expect(basename(requireRun(cwd, undefined, ours).path)).toBe("older");
  expect(findRun(cwd, undefined, theirs)).toBeUndefined();
  expect(() => requireRun(cwd, undefined, theirs)).toThrow(
    expect.objectContaining({ code: "NOT_READY", hint: expect.stringContaining("broken") }),
  );
  expect(() => findRun(cwd, "broken", ours)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
});

test.each(["older", "runs/older"])("a run is found by its name: %s", (name) => {
  const cwd = createFolder();
  writeRun(cwd, "older", "a", 300);
  writeRun(cwd, "newer", "a", 200);
  expect(basename(findRun(cwd, name, ours)!.path)).toBe("older");
});

test.each([
  ["shop/best", "shop/best", 7],
  ["runs/shop/best.json", "shop/best", 7],
  ["shop/checkpoints/000012", "shop/checkpoints/000012", 12],
  ["runs/shop/checkpoints/000012.json", "shop/checkpoints/000012", 12],
  ["shop", "shop", 1],
])("%s is the team %s of the run shop, after %d steps", (name, team, steps) => {
  const cwd = createFolder();
  writeRun(cwd, "shop", "a", 300);
  mkdirSync(join(cwd, "runs", "shop", "checkpoints"));
  writeFileSync(join(cwd, "runs", "shop", "best.json"), checkpointText("a", 7));
  writeFileSync(join(cwd, "runs", "shop", "checkpoints", "000012.json"), checkpointText("a", 12));
  const found = requireRun(cwd, name, ours);
  expect(found.path).toBe(join(cwd, "runs", "shop"));
  expect(found.team).toBe(join(cwd, "runs", team));
  expect(found.checkpoint.training.steps).toBe(steps);
  expect(requireRun(cwd, found.team, ours)).toEqual(found);
});

test.each(["best", "runs/best"])("a run that is called best is found by its name: %s", (name) => {
  const cwd = createFolder();
  writeRun(cwd, "best", "a", 300);
  writeFileSync(join(cwd, "runs", "best", "best.json"), checkpointText("a", 7));
  expect(requireRun(cwd, name, ours)).toMatchObject({
    team: join(cwd, "runs", "best"),
    checkpoint: { training: { steps: 1 } },
  });
  expect(requireRun(cwd, `${name}/best`, ours).checkpoint.training.steps).toBe(7);
});

test("a team that a run does not have is a failure that says where to look", () => {
  const cwd = createFolder();
  writeRun(cwd, "shop", "a", 300);
  writeFileSync(join(cwd, "runs", "shop", "config.json"), "{}");
  expect(() => requireRun(cwd, "shop/best", ours)).toThrow(
    expect.objectContaining({
      message: 'no checkpoint best.json in the run "shop"',
      hint: expect.stringMatching(/shop$/),
    }),
  );
  expect(() => requireRun(cwd, "nowhere/checkpoints/000004", ours)).toThrow(
    expect.objectContaining({ code: "INPUT_INVALID", hint: expect.stringMatching(/runs$/) }),
  );
});

test("a run that is not there is a failure that names those that are", () => {
  const cwd = createFolder();
  expect(() => requireRun(cwd, undefined, ours)).toThrow(expect.objectContaining({ hint: "karma train makes one" }));
  expect(() => findRun(cwd, "x", ours)).toThrow(expect.objectContaining({ hint: "karma train makes one" }));
  writeRun(cwd, "older", "a", 300);
  expect(() => findRun(cwd, "x", ours)).toThrow(expect.objectContaining({ hint: "there are: older" }));
});

test.each([
  ["shop-seed1", "shop-seed1"],
  ["runs/v1.2", "v1.2"],
])("a new run %s goes to runs/%s", (name, folder) => {
  expect(newRunPath("/work", name)).toBe(join("/work", "runs", folder));
});

test.each(["..", ".", "", "../x", "a/b", "/etc", "a b", ".hidden"])("%j is no name for a run", (name) => {
  expect(() => newRunPath("/work", name)).toThrow(expect.objectContaining({ code: "USAGE" }));
});
