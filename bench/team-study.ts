import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { karmaAll } from "./karma.ts";
import { worldCupDays } from "./world-cup-days.ts";

/**
 * Teams of several seeds against the frontiers of tuned opponents, picked in hindsight: bursty and calm, on the twin they
 * were trained on, on a wrong one, and on the request-level twin. For the calm days a team is trained for each day that it
 * is not shown. Every command is printed before it runs; a stopped study goes on where it was.
 *
 *   npm run team-study -- --traces FOLDER [--seeds 5] [--steps 1600000] [--out runs/team-study] [--grid coarse]
 *     [--objective-ms 400]
 */
const { values } = parseArgs({
  options: {
    /** Folder of worldcup98_day*.csv: see docs/results.md. */
    traces: { type: "string" },
    /** Trainings for each day that is left out. */
    seeds: { type: "string", default: "5" },
    steps: { type: "string", default: "1600000" },
    /** The objective's p95 instead of the topology's own. */
    "objective-ms": { type: "string" },
    "change-price": { type: "string" },
    randomise: { type: "string" },
    out: { type: "string", default: "runs/team-study" },
    /** Settings of opponents on the fluid twin. */
    grid: { type: "string", default: "full" },
    /** Leave the request-level twin out, which takes most of the time. */
    fluid: { type: "boolean", default: false },
  },
});

const objectiveMs = values["objective-ms"];
const topology = objectiveMs === undefined ? "topologies/chained-wide.json" : withObjective(Number(objectiveMs));
const scenario = topology.replace(/json$/, "scenario.json");
const against = ["hpa-cpu", "hpa-rps", "local+holt", "feed-forward+holt", "oracle"];
const wrong = ["--wrong-twin", "startup=1.8,capacity=.25"];
const days = worldCupDays(values.traces, "team-study");
const trainings = days.flatMap((day) =>
  Array.from({ length: Number(values.seeds) }, (_, index) => ({ day, seed: index + 1, run: runOf(day, index + 1) })),
);
const bursty = ["--scenario", scenario, "--seeds", "32"];
const calm = [...days.flatMap((day) => ["--trace", day]), "--volume", "400", "--seeds", "8"];
const all = trainings.map(({ run }) => run);
/** A day's teams are as good on bursty traffic as another's: the request-level twin plays those of the first. */
const some = trainings.filter(({ day }) => day === days[0]).map(({ run }) => run);

await karmaAll(trainings.map(({ day, seed, run }) => trainingOf(day, seed, run)));
const fluid = ["--length", "2h", "--grid", values.grid, "--against", hindsight(against)];
await karmaAll([
  evaluationOf("bursty", all, [...bursty, ...fluid]),
  evaluationOf("calm", all, [...calm, ...fluid]),
  evaluationOf("bursty-wrong", all, [...bursty, ...fluid, ...wrong]),
  evaluationOf("calm-wrong", all, [...calm, ...fluid, ...wrong]),
]);
const requests = ["--twin", "requests", "--length", "15m", "--grid", "coarse"];
if (!values.fluid) {
  const few = ["--against", hindsight(["hpa-cpu", "feed-forward+holt", "oracle"])];
  await karmaAll([
    evaluationOf("requests-bursty", some, [...bursty, ...requests, ...few]),
    evaluationOf("requests-calm", all, [...calm, ...requests, ...few]),
  ]);
}

function runOf(day: string, seed: number): string {
  const name = /day\d+/.exec(day)?.[0] ?? "day";
  return `study${objectiveMs === undefined ? "" : `-${objectiveMs}ms`}-without-${name}-seed${seed}`;
}

function shipped(ending: string): unknown {
  return JSON.parse(readFileSync(`topologies/chained-wide.${ending}`, "utf8"));
}

/** Path of the shipped topology with another objective, its scenario beside it. */
function withObjective(p95Ms: number): string {
  if (!(p95Ms > 0)) throw new Error(`expected --objective-ms above 0, found ${objectiveMs}`);
  const name = `chained-wide-${p95Ms}ms`;
  const { objective, ...system } = shipped("json") as { objective: object };
  mkdirSync(values.out, { recursive: true });
  const write = (ending: string, content: object): void =>
    writeFileSync(join(values.out, `${name}.${ending}`), JSON.stringify(content, null, 2));
  write("json", { ...system, objective: { ...objective, p95_ms: p95Ms } });
  write("scenario.json", { ...(shipped("scenario.json") as object), topology: `${name}.json` });
  return join(values.out, `${name}.json`);
}

function trainingOf(leftOut: string, seed: number, run: string): string[] {
  const others = days.flatMap((day) => (day === leftOut ? [] : ["--trace", day]));
  const more = (["change-price", "randomise"] as const).flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}`, values[name]],
  );
  return [
    "train",
    topology,
    ...others,
    "--volume",
    "400",
    "--time-scale",
    "1",
    "--seed",
    String(seed),
    "--steps",
    values.steps,
    ...more,
    "--run",
    run,
    "--resume",
  ];
}

function hindsight(families: readonly string[]): string {
  return families.map((family) => `${family}:hindsight`).join(",");
}

function evaluationOf(name: string, runs: readonly string[], words: readonly string[]): string[] {
  const teams = runs.flatMap((run) => ["--run", run]);
  return ["evaluate", topology, ...words, ...teams, "--timelines", "0", "--out", join(values.out, name)];
}
