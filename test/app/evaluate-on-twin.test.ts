import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type EvaluateRequest, evaluateOnTwin } from "../../src/app/evaluate-on-twin.ts";
import { readScenarios } from "../../src/app/evaluation/scenarios.ts";
import { train } from "../../src/app/train.ts";
import { defaultPrices } from "../../src/evaluate/prices.ts";
import type { EvaluateResult } from "../../src/evaluate/result.ts";
import { createFolder } from "../host/folder.ts";
import { hostIn } from "./evaluation/setup.ts";

const topology = {
  services: { front: { cpu: 500, ram: 64, computation_throughput: 100, min_replicas: 1, max_replicas: 8 } },
  connections: [
    { source: "INPUT", destination: "front", throughput: -1 },
    { source: "front", destination: "OUTPUT", throughput: -1 },
  ],
};

/** A folder with a topology and two recordings of twelve minutes. */
function workplace(): string {
  const folder = createFolder();
  writeFileSync(join(folder, "topology.json"), JSON.stringify(topology));
  for (const [name, slope] of [
    ["monday", 30],
    ["tuesday", -30],
  ] as const) {
    const lines = Array.from({ length: 14 }, (_, minute) => `${minute},${6_000 + slope * 20 * (minute - 7)}`);
    writeFileSync(join(folder, `${name}.csv`), lines.join("\n"));
  }
  return folder;
}

function request(cwd: string, traces: readonly string[], more: Partial<EvaluateRequest> = {}): EvaluateRequest {
  return {
    command: "karma evaluate",
    scenarios: readScenarios({ cwd, topology: undefined, scenarios: [], traces }),
    trainTraces: [],
    volumePerS: 150,
    lengthS: 300,
    timeScale: 1,
    seeds: [1, 2, 3],
    trainSeeds: [1],
    against: ["hpa:60", "fixed:tuned", "fixed:hindsight"],
    runName: undefined,
    hasTeam: false,
    isEqualCost: false,
    twin: "fluid",
    density: "coarse",
    timelines: 1,
    prices: defaultPrices,
    workers: 1,
    out: "out",
    ...more,
  };
}

test("recordings are played leaving one out: rows, comparisons, frontiers, timelines, and the same in result.json", async () => {
  const cwd = workplace();
  const { result } = await evaluateOnTwin(request(cwd, ["monday.csv", "tuesday.csv"]), hostIn(cwd));
  expect(result.scenarios.map(({ name }) => name)).toEqual(["monday", "tuesday"]);
  expect(result.rows.map(({ autoscaler }) => autoscaler)).toEqual(["hpa:60", "fixed:tuned", "fixed:hindsight"]);
  expect(result.rows[0]!.seeds).toBe(6);
  expect(result.comparisons.map(({ opponent, measure }) => `${opponent} ${measure}`)).toHaveLength(4);
  const [tuned, hindsight] = result.frontiers;
  expect(tuned).toMatchObject({ pickedOn: "training", trainedOn: ["tuesday", "monday"] });
  expect(hindsight!.pickedOn).toBe("test");
  expect(result.timelines).toHaveLength(6);
  const written = JSON.parse(readFileSync(join(cwd, "out", "result.json"), "utf8")) as EvaluateResult;
  expect(written.frontiers).toEqual(result.frontiers);
});

test("hindsight is at least as good as tuning on the same data could make it", async () => {
  const cwd = workplace();
  const { result } = await evaluateOnTwin(request(cwd, ["monday.csv", "tuesday.csv"]), hostIn(cwd));
  const [tuned, hindsight] = result.frontiers.map(({ marks }) => marks);
  for (const mark of tuned!.filter(({ specs }) => new Set(specs).size === 1)) {
    expect(
      hindsight!.some(({ pods, violatingShare }) => pods <= mark.pods && violatingShare <= mark.violatingShare),
    ).toBe(true);
  }
});

test("the request-level twin plays the same contest", async () => {
  const cwd = workplace();
  const more = { twin: "requests" as const, against: ["hpa:60"], seeds: [1], lengthS: 120 };
  const { result } = await evaluateOnTwin(request(cwd, ["monday.csv"], more), hostIn(cwd));
  expect(result.twin).toBe("requests");
  expect(result.rows[0]!.requests.mean).toBeGreaterThan(1_000);
  expect(result.rows[0]!.measures.availability.mean).toBeGreaterThan(0.9);
});

test("a team is not evaluated on the recording it was trained on, whatever the file is called", async () => {
  const cwd = workplace();
  mkdirSync(join(cwd, "runs"));
  const [monday] = readScenarios({ cwd, topology: undefined, scenarios: [], traces: ["monday.csv"] });
  const runPath = join(cwd, "runs", "monday");
  await train(
    { inputs: monday!.inputs, timeScale: 1, seed: 1, steps: 1, kappa: 40, backEnd: "plain", runPath, isResumed: false },
    hostIn(cwd),
  );
  writeFileSync(join(cwd, "renamed.csv"), readFileSync(join(cwd, "monday.csv")));
  const withTeam = { hasTeam: true, runName: "monday", against: ["hpa:60"], seeds: [1] };
  const onSame = evaluateOnTwin(request(cwd, ["renamed.csv"], withTeam), hostIn(cwd));
  await expect(onSame).rejects.toThrow("renamed is training data of the team");
  const { result } = await evaluateOnTwin(request(cwd, ["tuesday.csv"], withTeam), hostIn(cwd));
  expect(result.rows.map(({ autoscaler }) => autoscaler)).toEqual(["team", "hpa:60"]);
}, 120_000);

test.each([
  [{ against: ["random:tuned"] }, 'expected an opponent that can be tuned, found "random:tuned"'],
  [{ against: ["nobody"] }, 'unknown autoscaler "nobody"'],
  [{ against: [] }, "expected an autoscaler to play, found none"],
  [{ seeds: [] }, "expected at least one seed, found 0"],
])("%j is refused before anything is played", async (more, message) => {
  const cwd = workplace();
  await expect(evaluateOnTwin(request(cwd, ["monday.csv"], more), hostIn(cwd))).rejects.toThrow(message);
});
