import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createWorkplace } from "./karma.ts";
import { processesUsing } from "./leftovers.ts";

const scenario = {
  length_s: 60,
  seed: 1,
  arrivals: { process: "poisson", volume_per_s: 20 },
  faults: [{ kind: "kill-pod", service: "b", at_s: 20 }],
};

test("init, cluster up, train, evaluate, transfer, cluster down need no argument to find each other's work", async () => {
  const { folder, stateDir, run } = createWorkplace();
  expect(await run("init", "shop")).toMatchObject({ code: 0, stderr: expect.stringContaining("next: cd shop") });
  writeFileSync(join(folder, "scenario.json"), JSON.stringify(scenario));

  const up = await run("cluster", "up", "--on", "local", "--scale", "0.25", "--time-scale", "10", "--json");
  expect(up).toMatchObject({ code: 0, stderr: expect.stringContaining("next: karma train") });
  const { name, timeScale, services } = JSON.parse(up.stdout) as Record<string, unknown>;
  expect({ name, timeScale }).toEqual({ name: "shop", timeScale: 10 });
  expect(services).toHaveLength(4);

  const trained = await run("train", "--steps", "20480", "--json", "--quiet");
  expect(trained).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(trained.stdout)).toMatchObject({ timeScale: 10, iterations: 2 });

  const evaluated = await run("evaluate", "--seeds", "2", "--against", "hpa,untrained", "--json");
  expect(evaluated.code).toBe(0);
  const { rows } = JSON.parse(evaluated.stdout) as { rows: { autoscaler: string }[] };
  expect(rows.map(({ autoscaler }) => autoscaler)).toEqual(["team", "hpa", "untrained"]);

  const simulated = await run("transfer", "--on", "twin", "--json");
  expect(simulated.code).toBe(0);
  expect(JSON.parse(simulated.stdout)).toMatchObject({
    on: "twin",
    mode: "live",
    live: { requests: expect.any(Number) },
  });
  const moved = await run("transfer", "--json");
  expect(moved).toMatchObject({ code: 0, stderr: expect.stringContaining("next: karma explain") });
  const { mode, live, decisions } = JSON.parse(moved.stdout) as {
    mode: string;
    live: { requests: number; ok: number; sizeChanges: number };
    decisions: number;
  };
  expect(mode).toBe("shadow");
  expect(live.requests).toBeGreaterThan(80);
  expect(live.ok).toBeGreaterThan(0);
  expect(live.sizeChanges).toBe(0);
  expect(decisions).toBeGreaterThanOrEqual(4);
  expect(await run("explain", "--all")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^shop on local, shadow: \d+ decisions/),
  });

  expect(await run("cluster", "down")).toMatchObject({ code: 0, stdout: "shop is down\n" });
  expect(processesUsing(stateDir)).toEqual([]);
  expect(await run("cluster", "down")).toMatchObject({ code: 0, stdout: "nothing was up, nothing is left\n" });
});

test("what does not fit the cluster that is up is refused with what to do", async () => {
  const { folder, run } = createWorkplace();
  await run("init", "shop", "--from", "karma-two-services");
  await run("cluster", "up", "--on", "local", "--scale", "0.25", "--time-scale", "10");

  expect(await run("cluster", "up", "--on", "local")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("local cluster shop is up already\nhint: `karma cluster down` ends it"),
  });
  await run("train", "--steps", "10240", "--time-scale", "5");
  expect(await run("transfer")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      "trained at time scale 5, the cluster runs at 10\nhint: karma train --time-scale 10",
    ),
  });
  await run("init", ".", "--from", "karma-chained", "--force");
  expect(folder).toMatch(/shop$/);
  for (const verb of ["load", "transfer"]) {
    expect(await run(verb)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("the cluster shop that is up runs another topology"),
    });
  }
});
