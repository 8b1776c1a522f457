import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createWorkplace, type Started, type Workplace } from "./karma.ts";
import { processesRunning, processesUsing } from "./leftovers.ts";

/** Ten minutes at time x 10: nothing ends by itself while a test looks. */
const scenario = { length_s: 6_000, seed: 1, arrivals: { process: "poisson", volume_per_s: 40 } };

/** A shop that is up, and a team that has seen little. */
async function shop(): Promise<Workplace> {
  const place = createWorkplace();
  const { folder, run } = place;
  await run("init", "shop", "--from", "karma-two-services");
  writeFileSync(join(folder, "scenario.json"), JSON.stringify(scenario));
  expect(await run("cluster", "up", "--on", "local", "--scale", "0.25", "--time-scale", "10")).toMatchObject({
    code: 0,
  });
  expect(await run("train", "--steps", "10240")).toMatchObject({ code: 0 });
  return place;
}

async function untilSaid(started: Started, text: string): Promise<void> {
  while (!started.said().includes(text)) {
    if (started.process.exitCode !== null) throw new Error(`ended before it said ${text}: ${started.said()}`);
    await once(started.process.stderr!, "data");
  }
}

type Line = { readonly kind: string } & Readonly<Record<string, unknown>>;

function log({ folder }: Workplace): Line[] {
  const text = readFileSync(join(folder, "runs", "shop-seed1", "decisions.jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

async function sizes({ run }: Workplace): Promise<number[]> {
  const { stdout } = await run("cluster", "status", "--json");
  const { up } = JSON.parse(stdout) as { up: { services: { desired: number }[] }[] };
  return up[0]!.services.map(({ desired }) => desired);
}

test("a cluster that dies under a transfer ends it at once, with its load", async () => {
  const place = await shop();
  const started = place.start("transfer", "--mode", "live", "--json");
  await untilSaid(started, "requests sent");
  const [supervisor] = processesRunning("supervisor-process", processesUsing(place.stateDir));
  const killedMs = performance.now();
  process.kill(supervisor!, "SIGKILL");
  const { code, stdout } = await started.ended;
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 2, error: { code: "NOT_READY" } });
  // Its load goes on for minutes.
  expect(performance.now() - killedMs).toBeLessThan(30_000);
  expect(processesRunning("load-process", processesUsing(place.stateDir))).toEqual([]);
});

test("what stays after a transfer is what was asked for, also when it was stopped", async () => {
  const place = await shop();
  const live = (onExit: string): Started =>
    place.start("transfer", "--mode", "live", "--volume", "160", "--fallback", "fixed:2", "--on-exit", onExit);
  const before = await sizes(place);
  for (const [onExit, stays] of [
    ["restore", () => before],
    ["keep", lastSizes],
  ] as const) {
    const started = live(onExit);
    await expect.poll(() => sizes(place), { timeout: 60_000 }).not.toEqual(before);
    process.kill(started.pid, "SIGINT");
    expect(await started.ended).toMatchObject({ code: 130 });
    expect(await sizes(place), onExit).toEqual(stays(place));
  }
  expect(await place.run("transfer", "--mode", "live", "--on-exit", "hpa")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("local has no controller that would act on an HPA"),
  });
});

/** What the log says was asked for last. */
function lastSizes(place: Workplace): number[] {
  const decisions = log(place).filter(({ kind }) => kind === "decision");
  return ["service1", "service2"].map((_, service) => Number(decisions.at(service - 2)!["applied"]));
}

test("without a load of its own a transfer watches for as long as it was told, or until it is stopped", async () => {
  const place = await shop();
  const timed = await place.run("transfer", "--no-load", "--duration", "8s", "--json");
  expect(timed.code).toBe(0);
  expect(JSON.parse(timed.stdout)).toMatchObject({
    mode: "shadow",
    watched: { seconds: expect.any(Number), sizeChanges: 0 },
  });
  expect(log(place).filter(({ kind }) => kind === "decision").length).toBeGreaterThanOrEqual(8);

  const open = place.start("transfer", "--no-load", "--json");
  await untilSaid(open, "watches shop");
  await sleep(4_000);
  process.kill(open.pid, "SIGINT");
  const { code, stdout } = await open.ended;
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, watched: { sizeChanges: 0 } });
  expect(processesRunning("load-process", processesUsing(place.stateDir))).toEqual([]);
});
