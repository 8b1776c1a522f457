import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { CLUSTER_MARK, findMarked, identify, isAlive } from "../../../src/clusters/local/process-identity.ts";

test("a process is itself as long as it runs, and its pid with another start is not", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const identity = identify(child.pid!)!;
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, started: `${identity.started}0` })).toBe(false);
  expect(isAlive({ ...identity, started: "" })).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(identity)).toBe(false);
  expect(identify(child.pid!)).toBeUndefined();
});

test.runIf(process.platform === "linux")("a marked process is found by its mark alone", async () => {
  const id = `test-${process.pid}-${performance.now()}`;
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    stdio: "ignore",
    env: { ...process.env, [CLUSTER_MARK]: id },
  });
  await once(child, "spawn");
  expect(findMarked(id).map(({ pid }) => pid)).toEqual([child.pid]);
  expect(findMarked(id.slice(0, -1))).toEqual([]);
  child.kill("SIGKILL");
  await once(child, "exit");
});
