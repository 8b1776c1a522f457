import type { Truth } from "../../src/app/evaluation/truth.ts";
import { meanOf } from "../../src/core/statistics.ts";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type EvaluateRequest, evaluateOnTwin } from "../../src/app/evaluate-on-twin.ts";
import { type NamedInputs, readScenarios } from "../../src/app/evaluation/scenarios.ts";
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
    runNames: [],
    truth: undefined,
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

/** A run of that name that has learnt from the recording of that name. */
async function trainOn(cwd: string, name: string, seed = 1, kappa = 40): Promise<void> {
  mkdirSync(join(cwd, "runs"), { recursive: true });
  const [{ inputs }] = readScenarios({ cwd, topology: undefined, scenarios: [], traces: [`${name}.csv`] }) as [
    NamedInputs,
  ];
  const runPath = join(cwd, "runs", name);
  const asked = {
    inputs,
    timeScale: 1,
    seed,
    steps: 1,
    kappa,
    backEnd: "wasm",
    runPath,
    isResumed: false,
  } as const;
  await train(asked, hostIn(cwd));
}

test("of several teams each plays what it has not learnt from, and their mean is told", async () => {
  const cwd = workplace();
  await trainOn(cwd, "monday");
  await trainOn(cwd, "tuesday", 2);
  const teams = { hasTeam: true, runNames: ["monday", "tuesday"], against: ["fixed:tuned"], seeds: [1, 2] };
  const { result } = await evaluateOnTwin(request(cwd, ["monday.csv", "tuesday.csv"], teams), hostIn(cwd));
  const alone = async (run: string, trace: string): Promise<number> => {
    const one = { ...teams, runNames: [run], against: ["hpa:60"] };
    return (await evaluateOnTwin(request(cwd, [trace], one), hostIn(cwd))).result.rows[0]!.violatingShare.mean;
  };
  const both = [await alone("tuesday", "monday.csv"), await alone("monday", "tuesday.csv")];
  expect(result.rows[0]).toMatchObject({ autoscaler: "team", seeds: 4 });
  expect(result.rows[0]!.violatingShare.mean).toBeCloseTo(meanOf(both), 10);
  expect(result.frontiers[0]!.ours).toBeDefined();
  const twice = { ...teams, runNames: ["tuesday", "runs/tuesday"], seeds: [1] };
  const once = await evaluateOnTwin(request(cwd, ["monday.csv"], twice), hostIn(cwd));
  expect(once.result.run).toBe(join(cwd, "runs", "tuesday"));
  const again = { ...teams, runNames: ["monday"] };
  await expect(evaluateOnTwin(request(cwd, ["monday.csv"], again), hostIn(cwd))).rejects.toThrow("training data");
}, 120_000);

test("teams that were trained for different prices are not put together", async () => {
  const cwd = workplace();
  await trainOn(cwd, "monday");
  await trainOn(cwd, "tuesday", 2, 10);
  const teams = { hasTeam: true, runNames: ["monday", "tuesday"], against: ["hpa:60"], seeds: [1] };
  const asked = evaluateOnTwin(request(cwd, ["monday.csv", "tuesday.csv"], teams), hostIn(cwd));
  await expect(asked).rejects.toThrow(/expected teams that were trained alike, found .*price 40\) and .*price 10\)/);
}, 120_000);

test("on a wrong twin everybody is told the same as before, and violates more where replicas start later", async () => {
  const cwd = workplace();
  const violating = async (truth: Truth | undefined): Promise<number> => {
    const { result } = await evaluateOnTwin(request(cwd, ["monday.csv"], { truth, against: ["hpa:60"] }), hostIn(cwd));
    return result.rows[0]!.violatingShare.mean;
  };
  const told = await violating(undefined);
  expect(await violating({ startup: 1, capacity: 0 })).toBe(told);
  expect(await violating({ startup: 6 })).toBeGreaterThan(told);
  expect(await violating({ capacity: 0.25 })).not.toBe(told);
});

test("a team is not evaluated on the recording it was trained on, whatever the file is called", async () => {
  const cwd = workplace();
  await trainOn(cwd, "monday");
  writeFileSync(join(cwd, "renamed.csv"), readFileSync(join(cwd, "monday.csv")));
  const withTeam = { hasTeam: true, runNames: ["monday"], against: ["hpa:60"], seeds: [1] };
  const onSame = evaluateOnTwin(request(cwd, ["renamed.csv"], withTeam), hostIn(cwd));
  await expect(onSame).rejects.toThrow("renamed is training data of the team");
  const best = { ...withTeam, runNames: ["monday/best"] };
  const { result } = await evaluateOnTwin(request(cwd, ["tuesday.csv"], best), hostIn(cwd));
  expect(result.rows.map(({ autoscaler }) => autoscaler)).toEqual(["team", "hpa:60"]);
  expect(result.run).toBe(join(cwd, "runs", "monday", "best"));
}, 120_000);

test.each([
  [{ against: ["random:tuned"] }, 'expected an opponent that can be tuned, found "random:tuned"'],
  [{ against: ["nobody"] }, 'unknown autoscaler "nobody"'],
  [{ fallback: "nobody" }, 'unknown autoscaler "nobody"'],
  [{ against: [] }, "expected an autoscaler to play, found none"],
  [{ seeds: [] }, "expected at least one seed, found 0"],
])("%j is refused before anything is played", async (more, message) => {
  const cwd = workplace();
  await expect(evaluateOnTwin(request(cwd, ["monday.csv"], more), hostIn(cwd))).rejects.toThrow(message);
});
