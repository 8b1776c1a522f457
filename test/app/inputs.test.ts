import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readInputs } from "../../src/app/inputs.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { readPackageFile } from "../../src/host/package-files.ts";
import { createFolder } from "../host/folder.ts";

const topology = readPackageFile("topologies/karma-two-services.json");
const scenarioOf = (volume: number): string =>
  JSON.stringify({ length_s: 60, seed: 1, arrivals: { process: "poisson", volume_per_s: volume } });

/** A folder with these files in it. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const cwd = createFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
  return cwd;
}

function failureOf(act: () => unknown): KarmaError {
  try {
    act();
  } catch (error) {
    if (error instanceof KarmaError) return error;
    throw error;
  }
  throw new Error("expected a failure");
}

test("without arguments the topology of the folder is taken, named after the folder, and a default scenario", () => {
  const cwd = folderWith({ "web.shop/topology.json": topology });
  const inputs = readInputs({ cwd: join(cwd, "web.shop") });
  expect(inputs.topology.name).toBe("web-shop");
  expect(inputs.topologyPath).toBe(join(cwd, "web.shop", "topology.json"));
  expect(inputs.scenario.lengthS).toBeGreaterThan(0);
});

test("a topology of another file name is named after its file", () => {
  const cwd = folderWith({ "shop.json": topology });
  expect(readInputs({ cwd, topology: "shop.json" }).topology.name).toBe("shop");
});

test("the same topology has the same hash in every folder, written in any order, and another one another", () => {
  const reordered = JSON.stringify(
    Object.fromEntries(Object.entries(JSON.parse(topology) as object).toReversed()),
    null,
    7,
  );
  const cwd = folderWith({ "a/topology.json": topology, "b/other.json": reordered });
  const hashOf = (path: string): string => readInputs({ cwd, topology: path }).topologyHash;
  expect(hashOf("b/other.json")).toBe(hashOf("a/topology.json"));
  writeFileSync(join(cwd, "c.json"), topology.replace(/"cpu": \d+/, '"cpu": 123'));
  expect(hashOf("c.json")).not.toBe(hashOf("a/topology.json"));
});

test.each([
  ["shop.scenario.json", { "shop.scenario.json": scenarioOf(7), "scenario.json": scenarioOf(9) }, 7],
  ["scenario.json", { "scenario.json": scenarioOf(9), "other.scenario.json": scenarioOf(7) }, 9],
])("the scenario beside the topology is taken: %s", (_, files, volumePerS) => {
  const cwd = folderWith({ "shop.json": topology, ...files });
  expect(readInputs({ cwd, topology: "shop.json" }).scenario.arrivals.volumePerS).toBe(volumePerS);
});

test("a scenario that is named goes before the one beside the topology, and is looked for from here", () => {
  const cwd = folderWith({ "in/shop.json": topology, "in/scenario.json": scenarioOf(9), "mine.json": scenarioOf(5) });
  const { scenario } = readInputs({ cwd, topology: "in/shop.json", scenario: "mine.json" });
  expect(scenario.arrivals.volumePerS).toBe(5);
});

const wide = ["name,1,2,3", "f,60,120,60", "g,6,12,6"].join("\n");

test("a trace replaces the scenario's arrivals over its whole length; #2 is its second row", () => {
  const cwd = folderWith({ "topology.json": topology, "scenario.json": scenarioOf(9), "wide.csv": wide });
  const [first, second] = ["wide.csv", "wide.csv#2"].map((trace) => readInputs({ cwd, trace }));
  expect(first!.scenario.lengthS).toBe(180);
  expect(first!.scenario.arrivals).toMatchObject({ isSynthetic: false, flashCrowds: [] });
  // 40 % of the bottleneck, unless --volume says otherwise.
  expect(first!.scenario.arrivals.volumePerS).toBeUndefined();
  const ratesOf = ({ traces }: typeof first & object): number[] => [...[...traces.values()][0]!.ratePerS];
  expect(ratesOf(second!)).toEqual(ratesOf(first!).map((rate) => rate / 10));
});

test("a named scenario brings the topology it names", () => {
  const cwd = folderWith({
    "shop.json": topology,
    "busy.json": JSON.stringify({ topology: "shop.json", length_s: 60 }),
  });
  expect(readInputs({ cwd, scenario: "busy.json" }).topologyPath).toBe(join(cwd, "shop.json"));
});

test.each([
  [{ topology: "nosuch.json" }, /nosuch\.json: no such file, expected a topology/],
  [{}, /no topology\.json in/],
  [{ topology: "broken.json" }, /broken\.json: 1 problem/],
  [{ topology: "shop.json", scenario: "broken.json" }, /broken\.json: 1 problem/],
  [{ topology: "shop.json", trace: "wide.csv#3" }, /wide\.csv: 1 problem/],
  [{ topology: "shop.json", trace: "wide.csv#0" }, /expected a row >= 1 behind the #, found "0"/],
  [{ topology: "shop.json", trace: "wide.csv#x" }, /expected a row >= 1 behind the #, found "x"/],
])("inputs %j fail with a sentence and a hint", (paths, message) => {
  const cwd = folderWith({ "shop.json": topology, "broken.json": '{ "services": ', "wide.csv": wide });
  const failure = failureOf(() => readInputs({ cwd, ...paths }));
  expect(failure.message).toMatch(message);
  expect(failure.hint).not.toBe("");
});
