import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { type BenchKarma, benchKarma } from "../../src/app/bench-paper-karma.ts";
import { readInputs } from "../../src/app/inputs.ts";
import { packagePath } from "../../src/host/package-files.ts";
import { createProgress } from "../../src/host/progress.ts";

const host = { cwd: tmpdir(), progress: createProgress("quiet"), signal: new AbortController().signal };
const inputs = readInputs({ cwd: tmpdir(), topology: packagePath("topologies/karma-chained.json") });

async function bench(against: readonly string[]): Promise<BenchKarma> {
  const request = {
    inputs,
    volumePerS: undefined,
    seeds: [1],
    against,
    runName: undefined,
    hasTeam: false,
    twin: "fluid",
    ablations: undefined,
  } as const;
  return benchKarma(request, host);
}

test("an HPA comes through KARMA's troubles better than sizes that stand still, and the strongest attack costs most", async () => {
  const { rows, run, volumePerS } = await bench(["hpa", "fixed"]);
  expect(run).toBeUndefined();
  expect(volumePerS).toBeCloseTo(24, 6);
  const [hpa, fixed] = rows;
  expect(hpa!.success.mean).toBeGreaterThan(fixed!.success.mean);
  const attacks = fixed!.cases.filter(({ family }) => family === "ddos").map(({ success }) => success.mean);
  expect(attacks).toHaveLength(4);
  expect(attacks[0]).toBeGreaterThan(0.99);
  expect(attacks[3]).toBeLessThan(0.8);
}, 60_000);

test("the same request gives the same figures", async () => {
  expect(await bench(["fixed"])).toEqual(await bench(["fixed"]));
}, 60_000);
