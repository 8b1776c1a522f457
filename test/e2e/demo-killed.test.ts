import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { isFree } from "../clusters/local/leftovers.ts";
import { createWorkplace } from "./karma.ts";
import { portsOf, processesRunning, processesUsing, untilNoneUses } from "./leftovers.ts";

/** KARMA_KILLS=10 KARMA_KILL_WITHIN_S=200 covers a whole demo. */
const kills = Number(process.env["KARMA_KILLS"] ?? 3);
const withinS = Number(process.env["KARMA_KILL_WITHIN_S"] ?? 15);

/** One moment in each of equal slices, at random inside it; the launcher, what it launched, and both in turn. */
const cases = Array.from({ length: kills }, (_, index) => ({
  afterMs: Math.round(((index + Math.random()) / kills) * withinS * 1_000),
  victim: (["launcher", "program", "both"] as const)[index % 3]!,
}));

test.each(cases)(
  "a demo whose $victim is killed after $afterMs ms leaves nothing that cluster down does not clear",
  async ({ afterMs, victim }) => {
    const { start, run, stateDir } = createWorkplace();
    const demo = start("demo", "--json");
    await sleep(afterMs);
    const ours = processesUsing(stateDir);
    expect(ours).toContain(demo.pid);
    const ports = portsOf(ours);
    const programs = processesRunning("src/cli/main.ts", ours);
    const victims = { launcher: [demo.pid], program: programs, both: [demo.pid, ...programs] }[victim];
    for (const pid of victims) process.kill(pid, "SIGKILL");
    await demo.ended;
    expect(await run("cluster", "down")).toMatchObject({ code: 0 });
    expect(await untilNoneUses(stateDir)).toEqual([]);
    for (const port of ports) expect(await isFree(port), `port ${port}`).toBe(true);
    expect((await run("cluster", "down")).stdout).toBe("nothing was up, nothing is left\n");
  },
);
