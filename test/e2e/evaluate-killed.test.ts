import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createWorkplace } from "./karma.ts";

const topology = {
  services: { front: { cpu: 500, ram: 64, computation_throughput: 100, min_replicas: 1, max_replicas: 8 } },
  connections: [
    { source: "INPUT", destination: "front", throughput: -1 },
    { source: "front", destination: "OUTPUT", throughput: -1 },
  ],
};

const args = ["evaluate", "--no-team", "--twin", "requests", "--seeds", "12", "--against", "hpa:60,fixed,local"];

type Told = { readonly plays: { readonly asked: number; readonly played: number } };

test("a killed evaluation goes on where it was and ends with the same bytes, with other threads too", async () => {
  const { folder, run, start } = createWorkplace({ isGroup: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "topology.json"), JSON.stringify(topology));
  const whole = await run(...args, "--workers", "1", "--out", "whole", "--json");
  expect(whole.code, whole.stderr).toBe(0);

  const killed = start(...args, "--workers", "1", "--out", "killed", "--json");
  const plays = join(folder, "killed", "plays.jsonl");
  while (!existsSync(plays) || statSync(plays).size < 2_000) await sleep(20);
  process.kill(-killed.pid, "SIGKILL");
  await killed.ended;

  const resumed = await run(...args, "--workers", "2", "--out", "killed", "--json");
  expect(resumed.code, resumed.stderr).toBe(0);
  const { asked, played } = (JSON.parse(resumed.stdout) as Told).plays;
  expect(played).toBeGreaterThan(0);
  expect(played).toBeLessThan(asked);
  expect(readFileSync(plays, "utf8")).toBe(readFileSync(join(folder, "whole", "plays.jsonl"), "utf8"));
});
