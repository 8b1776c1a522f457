import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createWorkplace } from "./karma.ts";

/** What is typed, the exit code, the first line on stderr (FOLDER stands for the working folder) and the hint. */
const cases: readonly (readonly [typed: string, code: 1 | 2, line: string, hint: RegExp])[] = [
  ["bogus", 1, "unknown command 'bogus'", /^karma --help$/],
  ["validat", 1, "unknown command 'validat' (Did you mean validate?)", /^karma --help$/],
  ["cluster sideways", 1, "unknown command 'sideways'", /^karma cluster --help$/],
  ["train --stepz 5", 1, "unknown option '--stepz' (Did you mean --steps?)", /^karma train --help$/],
  ["train --steps", 1, "option '--steps <number>' argument missing", /^karma train --help$/],
  [
    "validate a.json b.json",
    1,
    "too many arguments for 'validate'. Expected 1 argument but got 2: a.json, b.json.",
    /./,
  ],
  [
    "load --volume abc",
    1,
    `option '--volume <requests/s>' argument 'abc' is invalid. expected a number, found "abc".`,
    /^karma load --help$/,
  ],
  [
    "load --volume -5",
    1,
    `option '--volume <requests/s>' argument '-5' is invalid. expected a number > 0, found "-5".`,
    /./,
  ],
  [
    "evaluate --seeds 0",
    1,
    `option '--seeds <number>' argument '0' is invalid. expected a whole number >= 1, found "0".`,
    /./,
  ],
  [
    "train --time-scale 0.5",
    1,
    `option '--time-scale <factor>' argument '0.5' is invalid. expected a number from 1 to 100, found "0.5".`,
    /./,
  ],
  ["cluster up --on mars", 1, "expected kind, local, context:NAME, found mars", /--on kind/],
  ["cluster up --on local --scale 11", 1, "expected a scale in (0, 10], found 11", /--scale 1/],
  ["validate nosuch.json", 1, "FOLDER/nosuch.json: no such file, expected a topology", /check the path/],
  ["validate folder", 1, "FOLDER/folder: is a folder, expected a topology", /check the path/],
  ["validate broken.json", 1, "FOLDER/broken.json: 1 problem", /docs\/topology.md/],
  ["validate --scenario nosuch.json", 1, "FOLDER/nosuch.json: no such file, expected a scenario", /check the path/],
  ["validate --trace nosuch.csv", 1, "FOLDER/nosuch.csv: no such file, expected a trace", /check the path/],
  ["validate --trace trace.csv#0", 1, `expected a row >= 1 behind the #, found "0"`, /trace.csv#3/],
  ["init", 1, "FOLDER/topology.json and FOLDER/scenario.json already there", /--force/],
  [
    "init x --from chaind",
    1,
    `no shipped topology "chaind"`,
    /^there are: chained-wide, karma-chained, karma-two-services/,
  ],
  ["init broken.json", 1, "cannot write FOLDER/broken.json/topology.json: a part of the path is not a folder", /./],
  [
    "generate --out broken.json",
    1,
    "cannot write FOLDER/broken.json/mocks: a part of the path is not a folder",
    /another place/,
  ],
  ["load", 2, "no local cluster shop is up", /karma cluster up/],
  ["transfer", 2, "no local cluster shop is up", /karma cluster up/],
  ["evaluate --run nosuch", 1, `no trained run "nosuch" in FOLDER/runs`, /^there are: damaged$/],
  ["evaluate --run damaged", 1, "FOLDER/runs/damaged/checkpoint.json is no usable checkpoint", /train again/],
  ["evaluate --no-team --against nobody", 1, `unknown autoscaler "nobody"`, /known autoscalers: hpa/],
  ["evaluate --no-team --against ,", 1, "expected an autoscaler to play, found none", /--against/],
  [
    "train --run ../x",
    1,
    `expected the name of a run to be letters, digits, "-", "_" and ".", found "../x"`,
    /below runs/,
  ],
];

test("each wrong input has its exit code, its sentence and a hint, and with --json the same as JSON", async () => {
  const { folder, run } = createWorkplace();
  await run("init", "shop");
  mkdirSync(join(folder, "folder"));
  mkdirSync(join(folder, "runs", "damaged"), { recursive: true });
  writeFileSync(join(folder, "runs", "damaged", "checkpoint.json"), '{ "format": ');
  writeFileSync(join(folder, "broken.json"), '{ "services": { ');
  writeFileSync(join(folder, "trace.csv"), "minute,count\n1,60\n");
  for (const [index, [typed, code, line, hint]] of cases.entries()) {
    // Every other case on each road, because each start costs a third of a second.
    const isJson = index % 2 === 1;
    const ended = await run(...typed.split(" "), ...(isJson ? ["--json"] : []));
    const message = line.replaceAll("FOLDER", folder);
    expect(ended.stderr.split("\n")[0], typed).toBe(message);
    expect(ended.code, typed).toBe(code);
    expect(ended.stderr, typed).not.toMatch(/^ {4}at /m);
    expect(ended.stderr.split("\n").at(-2)?.replace("hint: ", ""), typed).toMatch(hint);
    if (isJson) expect(JSON.parse(ended.stdout), typed).toMatchObject({ error: { message } });
    else expect(ended.stdout, typed).toBe("");
  }
});
