import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { createFolder } from "../host/folder.ts";

const entry = fileURLToPath(new URL("./toy-training.ts", import.meta.url));
const KILLS = 20;

/** Runs the training in the folder, and kills it after some time; the exit code, null where it was killed. */
async function trainFor(path: string, mostMs: number): Promise<number | null> {
  const child = spawn(process.execPath, [entry, path], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  await Promise.race([ended, sleep(mostMs)]);
  child.kill("SIGKILL");
  await ended;
  return child.exitCode;
}

/** Everything in the folder but the event file, in which the time of day stands. */
function filesIn(path: string): Readonly<Record<string, string>> {
  const names = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entryOf) => entryOf.isFile() && !entryOf.name.startsWith("events"))
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(names.map((name) => [name.slice(path.length), readFileSync(name).toString("base64")]));
}

test(`killed at ${KILLS} random moments, a training that goes on each time ends with the files of an undisturbed one`, async () => {
  const [straight, killed] = [createFolder(), createFolder()];
  const startMs = performance.now();
  expect(await trainFor(straight, 600_000)).toBe(0);
  const lengthMs = performance.now() - startMs;
  const rng = createRng("kills");
  let stopped = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const code = await trainFor(killed, rng.between(0, lengthMs));
    expect([null, 0]).toContain(code);
    if (code === null) stopped++;
  }
  expect(stopped).toBeGreaterThan(KILLS / 4);
  expect(await trainFor(killed, 600_000)).toBe(0);
  expect(filesIn(killed)).toEqual(filesIn(straight));
}, 1_200_000);
