import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createWorkplace, type Workplace } from "./karma.ts";
import { processesUsing, untilNoneUses } from "./leftovers.ts";

/** Six iterations, with a snapshot after the fourth. */
const STEPS = "61440";

function checkpointOf({ folder }: Workplace, run: string): string {
  return readFileSync(join(folder, "runs", run, "checkpoint.json"), "utf8");
}

async function untilIterations({ folder }: Workplace, run: string, count: number): Promise<void> {
  const path = join(folder, "runs", run, "metrics.jsonl");
  while (!existsSync(path) || readFileSync(path, "utf8").split("\n").length <= count) await sleep(20);
}

/** The launcher and what it launched: left alone, the latter would still write a last snapshot. */
function killAll({ stateDir }: Workplace): void {
  for (const pid of processesUsing(stateDir)) process.kill(pid, "SIGKILL");
}

test("the same seed gives the same bytes, also after kill -9 and after Ctrl-C", async () => {
  const place = createWorkplace();
  await place.run("init", "shop", "--from", "karma-two-services");
  const args = ["train", "--steps", STEPS, "--seed", "3", "--quiet", "--run"];
  const [first, second] = [await place.run(...args, "first"), await place.run(...args, "second")];
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(checkpointOf(place, "second")).toBe(checkpointOf(place, "first"));

  place.start(...args, "killed");
  await untilIterations(place, "killed", 5);
  killAll(place);
  expect(await untilNoneUses(place.stateDir)).toEqual([]);
  expect(existsSync(join(place.folder, "runs", "killed", "checkpoint.json"))).toBe(false);
  expect(await place.run(...args, "killed", "--resume")).toMatchObject({ code: 0 });
  expect(checkpointOf(place, "killed")).toBe(checkpointOf(place, "first"));

  const stopped = place.start(...args, "stopped");
  await untilIterations(place, "stopped", 2);
  process.kill(stopped.pid, "SIGINT");
  expect(await stopped.ended).toMatchObject({ code: 130, stderr: expect.stringContaining("--resume goes on") });
  expect(await place.run(...args, "stopped", "--resume")).toMatchObject({ code: 0 });
  expect(checkpointOf(place, "stopped")).toBe(checkpointOf(place, "first"));
  const metrics = (run: string): string => readFileSync(join(place.folder, "runs", run, "metrics.jsonl"), "utf8");
  expect(metrics("stopped").split("\n")).toHaveLength(7);
  expect(metrics("killed").split("\n")).toHaveLength(7);
});

test("a run of other options is not resumed, and a fresh start forgets the snapshot that lies there", async () => {
  const place = createWorkplace();
  await place.run("init", "shop", "--from", "karma-two-services");
  const args = ["train", "--steps", "10240", "--quiet", "--run"];
  await place.run(...args, "pure", "--kappa", "10");
  await place.run(...args, "mixed", "--kappa", "160");
  expect(await place.run(...args, "mixed", "--kappa", "10", "--resume")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("was started with other options, topology, scenario or roles"),
  });
  place.start(...args, "mixed", "--kappa", "10");
  const config = join(place.folder, "runs", "mixed", "config.json");
  while (!readFileSync(config, "utf8").includes('"kappa": 10,')) await sleep(2);
  killAll(place);
  await untilNoneUses(place.stateDir);
  await place.run(...args, "mixed", "--kappa", "10", "--resume");
  expect(checkpointOf(place, "mixed")).toBe(checkpointOf(place, "pure"));
});
