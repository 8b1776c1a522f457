import { basename, dirname, join, resolve } from "node:path";
import { KarmaError, type Problem } from "../core/errors.ts";
import { sha256 } from "../host/hash.ts";
import { fileExists, readUserFile } from "../host/read.ts";
import { parseTopology } from "../system/topology/parse.ts";
import type { Decoded } from "../system/topology/decoded.ts";
import type { Topology } from "../system/topology/topology.ts";
import { defaultScenario } from "../system/workload/default-scenario.ts";
import { parseScenario } from "../system/workload/parse-scenario.ts";
import { parseTrace } from "../system/workload/parse-trace.ts";
import { objectiveOf, type Scenario, traceKey, type TracePart } from "../system/workload/scenario.ts";
import { type Trace, traceLengthS } from "../system/workload/trace.ts";

export type InputPaths = {
  readonly cwd: string;
  readonly topology?: string | undefined;
  readonly scenario?: string | undefined;
  /** A trace file that replaces the scenario's arrivals; `file.csv#3` is row 3 of a wide file. */
  readonly trace?: string | undefined;
  /** Further ones, to learn from. */
  readonly moreTraces?: readonly string[];
};

export type Inputs = {
  readonly topology: Topology;
  readonly topologyPath: string;
  /** SHA-256 of the validated topology without its name: comments, order of keys and the folder do not matter. */
  readonly topologyHash: string;
  readonly scenario: Scenario;
  /** That of the scenario first, then those to learn from. */
  readonly traces: ReadonlyMap<string, Trace>;
  readonly warnings: readonly Problem[];
};

const MEBIBYTE = 1024 * 1024;
const TRACE_LIMIT_BYTES = 64 * MEBIBYTE;

/** Reads the topology, the scenario beside it and the traces it names; reports every problem of a file at once. */
export function readInputs(given: InputPaths): Inputs {
  const paths = given.topology === undefined ? { ...given, topology: topologyOfScenario(given) } : given;
  const { topologyPath, topology: declared, warnings } = readTopology(paths);
  const scenarioPath = findScenario(paths, topologyPath);
  const read =
    scenarioPath === undefined
      ? { value: defaultScenario(declared), warnings: [] }
      : take(parseScenario(readUserFile(scenarioPath, "scenario", MEBIBYTE), basename(scenarioPath)), scenarioPath);
  const folder = dirname(scenarioPath ?? topologyPath);
  const { scenario, traces } = withTraces(read.value, folder, paths);
  return {
    topology: { ...declared, objective: objectiveOf(scenario, declared) },
    topologyPath,
    topologyHash: hashOf(declared),
    scenario,
    traces,
    warnings: [...warnings, ...read.warnings],
  };
}

/** The topology that a named scenario names, as a path from the current folder; undefined when it names none. */
function topologyOfScenario({ cwd, scenario }: InputPaths): string | undefined {
  if (scenario === undefined) return undefined;
  const path = resolve(cwd, scenario);
  const { topology } = take(parseScenario(readUserFile(path, "scenario", MEBIBYTE), basename(path)), path).value;
  return topology === undefined ? undefined : resolve(dirname(path), topology);
}

/** The topology alone, whatever lies beside it. */
export function readTopology(paths: InputPaths): Pick<Inputs, "topology" | "topologyPath" | "warnings"> {
  const topologyPath = findTopology(paths) ?? noTopology(paths.cwd);
  const text = readUserFile(topologyPath, "topology", MEBIBYTE);
  const { value, warnings } = take(parseTopology(text, namingFile(topologyPath)), topologyPath);
  return { topology: value, topologyPath, warnings };
}

/** SHA-256 of a topology without its name. */
export function hashOf(topology: Topology): string {
  const { name: _, ...rest } = topology;
  return sha256(JSON.stringify(rest));
}

/** The file a topology gets its name from: every folder may have a topology.json, so there the folder names it. */
function namingFile(path: string): string {
  const file = basename(path);
  const [isPlain, ending = ""] = /^topology(\.(?:jsonc?|ya?ml))$/i.exec(file) ?? [];
  return isPlain === undefined ? file : basename(dirname(path)).replaceAll(".", "-") + ending;
}

type Traces = { readonly scenario: Scenario; readonly traces: ReadonlyMap<string, Trace> };

/** Reads the trace that the scenario names, or the one named instead: then its arrivals over its whole length; faults stay. */
function withTraces(scenario: Scenario, folder: string, { cwd, trace, moreTraces = [] }: InputPaths): Traces {
  if (trace === undefined) {
    const part = scenario.arrivals.trace;
    const traces =
      part === undefined ? [] : [[traceKey(part), readTrace(resolve(folder, part.file), part.row)] as const];
    return { scenario, traces: new Map(traces) };
  }
  const [part, read] = readPart(cwd, trace);
  const more = moreTraces.map((one) => readPart(cwd, one));
  const { process } = scenario.arrivals;
  // The scenario's volume was meant for its own arrivals: a trace is scaled to the bottleneck, or by --volume.
  const arrivals = { process, flashCrowds: [], isSynthetic: false, trace: part };
  return {
    scenario: { ...scenario, arrivals, lengthS: traceLengthS(read) },
    traces: new Map([[part, read] as const, ...more].map(([own, one]) => [traceKey(own), one])),
  };
}

type ReadPart = readonly [TracePart, Trace];

/** All of a trace. */
function readPart(cwd: string, trace: string): ReadPart {
  const part: TracePart = { ...tracePart(trace), startS: 0 };
  return [part, readTrace(resolve(cwd, part.file), part.row)];
}

/** `file.csv#3` is row 3 of a wide file. */
function tracePart(trace: string): { readonly file: string; readonly row: number } {
  const [file = "", row = "1"] = trace.split("#");
  if (/^[1-9]\d*$/.test(row)) return { file, row: Number(row) };
  throw new KarmaError("USAGE", `expected a row >= 1 behind the #, found "${row}"`, "write it like trace.csv#3");
}

function readTrace(path: string, row: number): Trace {
  return take(parseTrace(readUserFile(path, "trace", TRACE_LIMIT_BYTES), basename(path), row), path).value;
}

/** The value of a file that decoded well; otherwise all its problems, as one failure. */
function take<T>(decoded: Decoded<T>, path: string): { readonly value: T; readonly warnings: readonly Problem[] } {
  if (decoded.ok) return decoded;
  const { problems } = decoded;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new KarmaError(
    "INPUT_INVALID",
    `${path}: ${count}`,
    "docs/topology.md and docs/scenario.md describe every field",
    {
      problems,
    },
  );
}

/** The named topology, or the one that lies in the folder; undefined when neither is there. */
export function findTopology({ cwd, topology }: InputPaths): string | undefined {
  if (topology !== undefined) return resolve(cwd, topology);
  return ["topology.json", "topology.yaml", "topology.yml"].map((name) => join(cwd, name)).find(fileExists);
}

function noTopology(cwd: string): never {
  throw new KarmaError("INPUT_INVALID", `no topology.json in ${cwd}`, "karma init writes one; or name yours");
}

/** The named scenario, or the one beside the topology: `shop.scenario.json` beside `shop.json`, else `scenario.json`. */
function findScenario({ cwd, scenario }: InputPaths, topologyPath: string): string | undefined {
  if (scenario !== undefined) return resolve(cwd, scenario);
  const own = topologyPath.replace(/\.(json|ya?ml)$/, ".scenario.json");
  return [own, join(dirname(topologyPath), "scenario.json")].find(fileExists);
}
