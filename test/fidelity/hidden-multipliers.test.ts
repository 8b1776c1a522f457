import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import type { CalibrationFile } from "../../src/twin/calibrate/calibration-file.ts";
import { createWorkplace } from "../e2e/karma.ts";

/**
 * `npm run test:fidelity`, alone on a quiet machine: real mocks do other work, and start slower or faster, than the
 * topology says that the calibrator is given. What it finds is held against what they were started with.
 */
const declared = { work: [20, 25], startupS: [30, 30] } as const;

function topology(work: readonly number[], startupS: readonly number[]): unknown {
  const service = (index: number, calls: readonly unknown[]): unknown => ({
    cpu: 400,
    ram: 128,
    max_replicas: 4,
    startup_s: startupS[index],
    endpoints: { default: { work_ms: { distribution: "exponential", mean: work[index] }, calls } },
  });
  return {
    name: "hidden",
    services: { front: service(0, [{ service: "back" }]), back: service(1, []) },
    connections: [{ source: "INPUT", destination: "front" }],
  };
}

test.each([1, 2])("work and start-up that nobody told are found within 5 % (seed %d)", async (seed) => {
  const rng = createRng(`fidelity ${seed}`);
  const workFactors = declared.work.map(() => rng.between(0.6, 1.4));
  const startupFactors = declared.startupS.map(() => 0.5 * 4 ** rng.uniform());
  const { folder, run } = createWorkplace();
  mkdirSync(folder, { recursive: true });
  const hidden = topology(
    declared.work.map((one, i) => one * workFactors[i]!),
    declared.startupS.map((one, i) => one * startupFactors[i]!),
  );
  writeFileSync(join(folder, "running.json"), JSON.stringify(hidden));
  writeFileSync(join(folder, "declared.json"), JSON.stringify(topology(declared.work, declared.startupS)));
  const steps = [
    ["cluster", "up", "running.json", "--on", "local", "--time-scale", "10"],
    ["record", "running.json", "--out", "hidden.jsonl", "--loads", ".3,.45,.6", "--duration", "240s"],
    ["calibrate", "hidden.jsonl", "--topology", "declared.json", "--cover", ".25,.5", "--json"],
  ];
  let said = "";
  for (const step of steps) {
    const { code, stdout, stderr } = await run(...step);
    expect(code, `karma ${step.join(" ")}\n${stderr}`).toBe(0);
    said = stdout;
  }
  const { calibration, services } = JSON.parse(said) as CalibrationFile;
  for (const [index, one] of calibration.services.entries()) {
    const work = one.cpuMsPerRequest / (declared.work[index]! * workFactors[index]!);
    const startup = one.startupMs.mean / (100 * declared.startupS[index]! * startupFactors[index]!);
    expect.soft(work, `work of ${services[index]!.service}`).toBeGreaterThan(0.95);
    expect.soft(work, `work of ${services[index]!.service}`).toBeLessThan(1.05);
    expect.soft(startup, `start-up of ${services[index]!.service}`).toBeGreaterThan(0.95);
    expect.soft(startup, `start-up of ${services[index]!.service}`).toBeLessThan(1.05);
  }
});
