import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type NamedInputs, readScenarios } from "../src/app/evaluation/scenarios.ts";
import { runFiles } from "../src/app/runs.ts";
import { interruptSignal } from "../src/host/interrupt.ts";
import { createProgress } from "../src/host/progress.ts";
import { karmaAll } from "./karma.ts";
import { playSystem } from "./retrain-plays.ts";
import { studyTable } from "./retrain-table.ts";
import { worldCupDays } from "./world-cup-days.ts";

/**
 * Teams that were retrained on a recording of the true system beside those that were told another one, and rules tuned
 * there. For each of several true systems (start-up 45 s instead of 25, capacities × U(.75, 1.25)): half an hour of it is
 * recorded request by request under loads, calibrated, and a team trained on that and one on what is declared, with the same dice;
 * both and all rules then play it. Every command is printed before it runs; a stopped study goes on where it was.
 *
 *   npm run retrain-study -- --traces FOLDER [--systems 5] [--steps 1600000] [--out runs/retrain-study]
 */
const { values } = parseArgs({
  options: {
    /** Folder of worldcup98_day*.csv: see docs/results.md. */
    traces: { type: "string" },
    systems: { type: "string", default: "5" },
    steps: { type: "string", default: "1600000" },
    /** Plays of each system: bursty, and of the day that its teams have not seen. */
    seeds: { type: "string", default: "16" },
    /** Who decides in the row of the fallback where a service has drifted. */
    fallback: { type: "string", default: "feed-forward:1.8,down=60,holt=60" },
    out: { type: "string", default: "runs/retrain-study" },
  },
});

const topology = "topologies/chained-wide.json";
const days = worldCupDays(values.traces, "retrain-study");
const folder = resolve(values.out);
const host = { progress: createProgress("plain"), signal: interruptSignal(), cwd: process.cwd() };

/** A true system, and the teams that play on it: of another seed each, none of which saw the day it plays. */
type System = { readonly number: number; readonly day: string; readonly truth: string };

const systems = Array.from({ length: Number(values.systems) }, (_, index): System => {
  const number = index + 1;
  return { number, day: days[index % days.length]!, truth: `startup=1.8,capacity=.25,system=${number}` };
});
const kinds = ["told", "retrained"] as const;

mkdirSync(folder, { recursive: true });
for (const system of systems) await trainIn(system);
const played = [];
for (const system of systems) played.push(await evaluateIn(system));
console.log(studyTable(played));

async function trainIn({ number, day, truth }: System): Promise<void> {
  const calibration = join(folder, `system-${number}.json`);
  if (!existsSync(calibration)) await karmaAll(recordingsOf(number, truth, calibration));
  const words = ["train", topology, ...others(day), "--volume", "400", "--seed", String(number)];
  const more = ["--steps", values.steps, "--time-scale", "1", "--resume"];
  await karmaAll([
    [...words, ...more, "--run", runOf("told", number)],
    [...words, ...more, "--calibration", calibration, "--run", runOf("retrained", number)],
  ]);
}

/** Twice, so that enough replicas start to tell how the time varies. */
function recordingsOf(number: number, truth: string, calibration: string): string[][] {
  const seeds = ["1", "2"];
  const files = seeds.map((seed) => join(folder, `system-${number}-${seed}.jsonl`));
  const load = ["--loads", ".3,.5,.7", "--duration", "15m"];
  const recordings = seeds.flatMap((seed, at) =>
    existsSync(files[at]!)
      ? []
      : [["record", topology, "--on", "twin", "--wrong-twin", truth, ...load, "--seed", seed, "--out", files[at]!]],
  );
  return [...recordings, ["calibrate", ...files, "--topology", topology, "--out", calibration]];
}

function others(day: string): string[] {
  return days.flatMap((other) => (other === day ? [] : ["--trace", other]));
}

function runOf(kind: (typeof kinds)[number], number: number): string {
  return `retrain-study-${kind}-${number}`;
}

/** By kind of traffic and by who played: [seeds] of this system. */
async function evaluateIn({ number, day }: System): Promise<Awaited<ReturnType<typeof playSystem>>> {
  const checkpoints = Object.fromEntries(
    kinds.map((kind) => [kind, readFileSync(join("runs", runOf(kind, number), runFiles.checkpoint), "utf8")]),
  );
  const { cwd } = host;
  const read = (traffic: { readonly scenarios: string[]; readonly traces: string[] }): NamedInputs[] =>
    readScenarios({ cwd, topology, ...traffic });
  const [bursty] = read({ scenarios: ["topologies/chained-wide.scenario.json"], traces: [] });
  const [calm] = read({ scenarios: [], traces: [day] });
  return playSystem(
    {
      traffic: { bursty: bursty!, calm: calm! },
      truth: { startup: 1.8, capacity: 0.25, system: number },
      checkpoints,
      fallback: values.fallback,
      seeds: Number(values.seeds),
      folder: join(folder, `system-${number}`),
    },
    host,
  );
}
