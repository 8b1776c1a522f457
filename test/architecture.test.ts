import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

type Wing = { readonly rooms: readonly string[]; readonly packages: RegExp; readonly sees?: readonly string[] };

const none = /^$/;

/** Wings of src/ in order, each with its rooms in order. Imports point to what stands earlier. */
const wings: Readonly<Record<string, Wing>> = {
  core: { rooms: [], packages: none },
  system: { rooms: ["topology", "workload", "compile"], packages: /^(ajv|yaml)(\/|$)/ },
  control: { rooms: ["readings", "guard", "need", "loop", "autoscalers"], packages: none },
  nn: { rooms: [], packages: none },
  twin: { rooms: ["calibrate", "quota", "fluid", "cluster", "requests", "learned"], packages: none },
  team: { rooms: ["org", "policy", "env", "known-games", "learn"], packages: /^(ajv|@xmldom\/xmldom)(\/|$)/ },
  evaluate: { rooms: [], packages: none },
  report: { rooms: [], packages: /^echarts(\/|$)/ },
  host: { rooms: [], packages: /./, sees: ["core", "nn"] },
  clusters: {
    rooms: ["load", "metrics", "local", "kubernetes"],
    packages: /./,
    sees: ["core", "system", "control", "host"],
  },
  serve: { rooms: ["env"], packages: /./ },
  app: { rooms: [], packages: /^node:path$/ },
  cli: { rooms: [], packages: /./ },
};
const order = Object.keys(wings);

// Matches `from "x"`, `import "x"` and `import("x")`; comments may add false hits, never hide one.
const specifier = /(?<!["'])\b(?:from|import)\s*\(?\s*["']([^"'\s]+)["']/g;

/** Contracts outside src/: the schemas of what users write, and what a mock is told. */
function isContract(wing: string, room: string, target: string): boolean {
  if (/^topologies\/[\w-]+\.schema\.json$/.test(target)) return wing === "system";
  if (/^roles\/[\w-]+\.schema\.json$/.test(target)) return wing === "team" && room === "org";
  return target === "mocks/src/config.ts" && wing === "system" && room === "compile";
}

/** One sentence per import of `file` that points the wrong way. */
function violations(file: string, text: string): string[] {
  const [, wing = "", room = ""] = file.split("/");
  const own = wings[wing];
  if (own === undefined) return [`${file}: src/${wing} is not in the list of wings`];
  const found: string[] = [];
  if (own.rooms.length > 0 && !own.rooms.includes(room))
    found.push(`${file}: ${wing}/${room} is not in the list of rooms`);
  for (const [, spec = ""] of text.matchAll(specifier)) {
    if (isContract(wing, room, normalize(join(dirname(file), spec)))) continue;
    if (!spec.startsWith(".")) {
      if (!own.packages.test(spec)) found.push(`${file}: ${wing} may not import ${spec}`);
      continue;
    }
    const [, toWing = "", toRoom = ""] = normalize(join(dirname(file), spec)).split("/");
    const seen =
      toWing === wing
        ? own.rooms.indexOf(toRoom) <= own.rooms.indexOf(room)
        : (own.sees ?? order.slice(0, order.indexOf(wing))).includes(toWing);
    if (!seen) found.push(`${file}: may not import ${toWing}/${toRoom}`);
  }
  return found;
}

test("every import points to an earlier wing or room", () => {
  const files = globSync("src/**/*.ts");
  expect(files.length, "the guard saw no files").toBeGreaterThan(0);
  expect(files.flatMap((file) => violations(file, readFileSync(file, "utf8")))).toEqual([]);
});

test("the guard itself turns red on each kind of violation", () => {
  expect(violations("src/system/topology/decode.ts", `import { main } from "../../cli/main.ts";`)).toHaveLength(1);
  expect(violations("src/system/topology/decode.ts", `import { kind } from "../compile/kind.ts";`)).toHaveLength(1);
  expect(violations("src/control/loop/loop.ts", `import "node:fs";`)).toHaveLength(1);
  expect(
    violations("src/system/topology/x.ts", `import type { MockConfig } from "../../../mocks/src/config.ts";`),
  ).toHaveLength(1);
  expect(violations("src/system/compile/x.ts", `import "../../../mocks/src/main.ts";`)).toHaveLength(1);
  expect(violations("src/control/loop/x.ts", `import "../../../topologies/topology.schema.json";`)).toHaveLength(1);
  expect(violations("src/misc/x.ts", "")).toHaveLength(1);
  expect(violations("src/control/misc/x.ts", "")).toHaveLength(1);
  expect(violations("src/system/compile/kind.ts", `import { stringify } from "yaml";`)).toEqual([]);
});

/** What would make a pure wing depend on when and where it runs. */
const impure: readonly RegExp[] = [
  /\bDate\.now\b/,
  /\bnew Date\b/,
  /\bMath\.random\b/,
  /\bperformance\.now\b/,
  /(?<![\w$.])process\.\w/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
];
const pureWings = ["core", "system", "control", "nn", "twin", "team", "evaluate", "report"];

/** Code without comments; what looks like one inside a string stays. */
function withoutComments(text: string): string {
  return text.replaceAll(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/.*|\/\*[\s\S]*?\*\//g,
    (_all, literal: string | undefined) => literal ?? " ",
  );
}

/** One sentence per clock, randomness, timer or environment in a file of a pure wing. */
function impurities(file: string, text: string): string[] {
  if (!pureWings.includes(file.split("/")[1] ?? "")) return [];
  const code = withoutComments(text);
  return impure.flatMap((pattern) => {
    const [found] = pattern.exec(code) ?? [];
    return found === undefined ? [] : [`${file}: a pure wing may not use ${found}`];
  });
}

test("pure wings have no clock, randomness, timer or environment of their own", () => {
  const files = globSync(`src/{${pureWings.join(",")}}/**/*.ts`);
  expect(files.length, "the guard saw no files").toBeGreaterThan(0);
  expect(files.flatMap((file) => impurities(file, readFileSync(file, "utf8")))).toEqual([]);
});

test.each([
  "const nowMs = Date.now();",
  "const today = new Date();",
  "const u = Math.random();",
  "const nowMs = performance.now();",
  'const home = process.env["HOME"];',
  "if (process.platform) run();",
  "setTimeout(run, 10);",
  "setInterval(run, 10);",
  'const url = "http://x"; setImmediate(run);',
])("the purity guard turns red on %s", (line) => {
  expect(impurities("src/core/x.ts", `/** Docs. */\n${line}\n`)).toHaveLength(1);
  expect(impurities("src/host/x.ts", line)).toEqual([]);
});

test.each([
  "// not Date.now(), which jumps",
  "/* Math.random() has no seed */",
  "const kind = arrivals.process.kind;",
  "resetTimeout(); offsetInterval;",
])("the purity guard accepts %s", (line) => {
  expect(impurities("src/core/x.ts", line)).toEqual([]);
});

test("no file is longer than the ceiling", () => {
  const long = globSync(["src/**/*.ts", "mocks/src/**/*.ts"])
    .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length }))
    .filter(({ file, lines }) => lines > (/src\/(nn|team\/learn)\//.test(file) ? 400 : 300));
  expect(long).toEqual([]);
});
