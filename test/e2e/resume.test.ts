import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { nativeAbsence } from "../nn/native-back-ends.ts";
import { createWorkplace, type Workplace } from "./karma.ts";
import { processesUsing, untilNoneUses } from "./leftovers.ts";

/** Six iterations, with a snapshot after the fourth. */
const STEPS = "61440";
/** Twelve. */
const MORE_STEPS = "122880";
/** KARMA_KILLS=20 is what was promised. */
const kills = Number(process.env["KARMA_KILLS"] ?? 3);

function checkpointOf({ folder }: Workplace, run: string): string {
  return readFileSync(join(folder, "runs", run, "checkpoint.json"), "utf8");
}

/** Everything a run leaves that the same seed gives again, byte for byte. */
function filesOf({ folder }: Workplace, run: string): Readonly<Record<string, string>> {
  const path = join(folder, "runs", run);
  const teams = readdirSync(join(path, "checkpoints")).map((name) => join("checkpoints", name));
  const names = ["checkpoint.json", "untrained.json", "best.json", "metrics.jsonl", "config.json", ...teams];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name), "utf8")]));
}

async function untilIterations({ folder }: Workplace, run: string, count: number): Promise<void> {
  const path = join(folder, "runs", run, "metrics.jsonl");
  while (!existsSync(path) || readFileSync(path, "utf8").split("\n").length <= count) await sleep(20);
}

/** The launcher and what it launched: left alone, the latter would still write a last snapshot. */
function killAll({ stateDir }: Workplace): void {
  for (const pid of processesUsing(stateDir)) spawnSync("kill", ["-9", String(pid)]);
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

const absence = await nativeAbsence();
if (absence !== undefined) console.warn(`SKIPPED, NOT TESTED: killed trainings on native kernels: ${absence}`);

test.skipIf(absence !== undefined)(
  "on native kernels too, a run that was killed, or stopped, goes on to the files of one left alone",
  async () => {
    const place = createWorkplace();
    await place.run("init", "shop", "--from", "karma-two-services");
    const args = ["train", "--back-end", "native", "--steps", MORE_STEPS, "--seed", "3", "--quiet", "--run"];
    expect(await place.run(...args, "straight")).toMatchObject({ code: 0 });
    const files = filesOf(place, "straight");
    expect(files["config.json"]).toContain('"backEnd": "native"');

    place.start(...args, "killed", "--workers", "2");
    await untilIterations(place, "killed", 5);
    killAll(place);
    expect(await untilNoneUses(place.stateDir)).toEqual([]);
    expect(existsSync(join(place.folder, "runs", "killed", "checkpoint.json"))).toBe(false);
    expect(await place.run(...args, "killed", "--resume")).toMatchObject({ code: 0 });
    expect(filesOf(place, "killed")).toEqual(files);

    const stopped = place.start(...args, "stopped");
    await untilIterations(place, "stopped", 2);
    process.kill(stopped.pid, "SIGINT");
    expect(await stopped.ended).toMatchObject({ code: 130 });
    expect(await place.run(...args, "stopped", "--resume", "--workers", "2")).toMatchObject({ code: 0 });
    expect(filesOf(place, "stopped")).toEqual(files);
  },
);

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

test(`killed at ${kills} random moments, and gone on with each time, a run ends with the very bytes`, async () => {
  const place = createWorkplace();
  await place.run("init", "shop", "--from", "karma-two-services");
  const args = ["train", "--steps", MORE_STEPS, "--seed", "3", "--quiet", "--run"];
  const startMs = performance.now();
  expect(await place.run(...args, "straight")).toMatchObject({ code: 0 });
  const lengthMs = performance.now() - startMs;
  const rng = createRng("kills");
  for (let kill = 0; kill < kills; kill++) {
    const workers = String(1 + (kill % 2));
    const { ended } = place.start(...args, "killed", "--resume", "--workers", workers);
    await Promise.race([ended, sleep(rng.between(0, lengthMs))]);
    killAll(place);
    const { code, stderr } = await ended;
    // Killed, or done before.
    expect([null, 0, 137], stderr).toContain(code);
    expect(await untilNoneUses(place.stateDir)).toEqual([]);
  }
  expect(await place.run(...args, "killed", "--resume")).toMatchObject({ code: 0 });
  expect(filesOf(place, "killed")).toEqual(filesOf(place, "straight"));
  expect(readdirSync(join(place.folder, "runs", "killed")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

/** A disk of its own for the runs of this place; undefined where this machine lets nobody mount one. */
function mountRuns({ folder }: Workplace, sizeMiB: number): string | undefined {
  const path = join(folder, "runs");
  mkdirSync(path);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMiB}m`, "tmpfs", path]).status !== 0) return undefined;
  onTestFinished(() => void execFileSync("umount", [path]));
  return path;
}

test("a full disk stops a training with a sentence, and when there is room again it goes on to the same bytes", async (context) => {
  const place = createWorkplace();
  await place.run("init", "shop", "--from", "karma-two-services");
  const runs = mountRuns(place, 6);
  if (runs === undefined) {
    console.warn("NOT CHECKED: a full disk, because nobody may mount one here");
    return context.skip("nobody may mount a small disk here");
  }
  const args = ["train", "--steps", MORE_STEPS, "--seed", "3", "--quiet", "--run"];
  const first = place.start(...args, "tight");
  await untilIterations(place, "tight", 5);
  process.kill(first.pid, "SIGINT");
  expect(await first.ended).toMatchObject({ code: 130 });
  const before = { snapshot: readFileSync(join(runs, "tight", "snapshot.bin")), ...teamsOf(place, "tight") };
  const filler = join(runs, "filler");
  expect(() => fillDisk(filler)).toThrow("ENOSPC");
  expect(await place.run(...args, "tight", "--resume")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/cannot write .*: the disk is full[^]*make room/),
  });
  expect({ snapshot: readFileSync(join(runs, "tight", "snapshot.bin")), ...teamsOf(place, "tight") }).toEqual(before);
  rmSync(filler);
  expect(await place.run(...args, "tight", "--resume")).toMatchObject({ code: 0 });
  const tight = filesOf(place, "tight");
  expect(await place.run(...args, "roomy")).toMatchObject({ code: 0 });
  expect(tight).toEqual(filesOf(place, "roomy"));
});

function teamsOf(place: Workplace, run: string): Readonly<Record<string, string>> {
  const path = join(place.folder, "runs", run);
  const teams = readdirSync(join(path, "checkpoints")).map((name) => join("checkpoints", name));
  return Object.fromEntries(["best.json", ...teams].map((name) => [name, readFileSync(join(path, name), "utf8")]));
}

/** To the last byte: in large pieces first. */
function fillDisk(path: string): never {
  for (let bytes = 2 ** 20; ; bytes = Math.max(1, bytes / 2))
    try {
      for (;;) writeFileSync(path, Buffer.alloc(bytes), { flag: "a" });
    } catch (error) {
      if (bytes === 1) throw error;
    }
}

test("a damaged snapshot, and the team of another topology, are refused with a sentence; good teams stay", async () => {
  const place = createWorkplace();
  await place.run("init", "shop", "--from", "karma-two-services");
  const args = ["train", "--steps", STEPS, "--seed", "3", "--quiet", "--run", "hurt"];
  expect(await place.run(...args)).toMatchObject({ code: 0 });
  const files = filesOf(place, "hurt");
  const snapshot = join(place.folder, "runs", "hurt", "snapshot.bin");
  const bytes = readFileSync(snapshot);
  bytes[bytes.length - 1] = bytes.at(-1)! ^ 1;
  writeFileSync(snapshot, bytes);
  expect(await place.run(...args, "--resume")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/training state cannot be read[^]*without --resume/),
  });
  expect(filesOf(place, "hurt")).toEqual(files);

  await place.run("init", "other", "--from", "single");
  expect(await place.run(...args, "other/topology.json", "--resume")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("was started with other options, topology, scenario or roles"),
  });
  expect(await place.run("evaluate", "other/topology.json", "--run", "hurt/best", "--seeds", "1")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/the checkpoint was trained on .*, not on other/),
  });
  expect(filesOf(place, "hurt")).toEqual(files);
});
