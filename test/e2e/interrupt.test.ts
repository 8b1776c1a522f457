import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createWorkplace, type Started, type Workplace } from "./karma.ts";
import { processesRunning, processesUsing, untilNoneUses } from "./leftovers.ts";

const scenario = { length_s: 600, seed: 1, arrivals: { process: "poisson", volume_per_s: 20 } };

/** Ctrl-C as a terminal sends it: to the whole group; or as `kill` does: to the one process that was started. */
const ways = {
  "the group": ({ pid }: Started): void => void process.kill(-pid, "SIGINT"),
  "the launcher": ({ pid }: Started): void => void process.kill(pid, "SIGINT"),
};
const table = Object.entries(ways);

async function untilSaid(started: Started, text: string): Promise<void> {
  while (!started.said().includes(text)) {
    if (started.process.exitCode !== null) throw new Error(`ended before it said ${text}: ${started.said()}`);
    await once(started.process.stderr!, "data");
  }
}

async function expectClean({ stateDir, run }: Workplace, started: Started): Promise<void> {
  const { code, stderr } = await started.ended;
  expect(stderr).toContain("stopped by Ctrl-C");
  expect(stderr).not.toContain("    at ");
  expect(code).toBe(130);
  expect(await untilNoneUses(stateDir)).toEqual([]);
  expect((await run("cluster", "down")).stdout).toBe("nothing was up, nothing is left\n");
}

test.each(table)("Ctrl-C to %s while a cluster comes up leaves nothing", async (_, interrupt) => {
  const place = createWorkplace({ isGroup: true });
  await place.run("init", "shop");
  const up = place.start("cluster", "up", "--on", "local");
  await untilSaid(up, "start shop on local processes");
  await sleep(Math.random() * 800);
  interrupt(up);
  await expectClean(place, up);
});

test.each(table)("Ctrl-C to %s ends a demo clean", async (_, interrupt) => {
  const place = createWorkplace({ isGroup: true });
  const demo = place.start("demo");
  await untilSaid(demo, "start chained-wide");
  await sleep(2_000 + Math.random() * 4_000);
  interrupt(demo);
  await expectClean(place, demo);
});

test("Ctrl-C ends load and transfer, and leaves the cluster as it was", async () => {
  const place = createWorkplace({ isGroup: true });
  const { folder, run, stateDir } = place;
  await run("init", "shop", "--from", "karma-two-services");
  writeFileSync(join(folder, "scenario.json"), JSON.stringify(scenario));
  await run("cluster", "up", "--on", "local", "--scale", "0.25", "--time-scale", "10");
  await run("train", "--steps", "10240");
  for (const [verb, interrupt] of [
    ["load", ways["the group"]],
    ["transfer", ways["the launcher"]],
  ] as const) {
    const started = place.start(verb, "--json");
    await untilSaid(started, "requests sent");
    interrupt(started);
    const { code, stdout } = await started.ended;
    expect(code, verb).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "INTERRUPTED" } });
    await expect.poll(() => processesRunning("load-process", processesUsing(stateDir)), { timeout: 5_000 }).toEqual([]);
  }
  expect((await run("cluster", "status")).stdout).toContain("shop is up");
  expect((await run("cluster", "down")).stdout).toBe("shop is down\n");
  expect(await untilNoneUses(stateDir)).toEqual([]);
});
