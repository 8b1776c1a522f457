import { join } from "node:path";
import { parseArgs } from "node:util";
import { karmaAll } from "./karma.ts";
import { worldCupDays } from "./world-cup-days.ts";

/**
 * The frontiers of all opponents on chained-wide, calm and bursty, on both twins, as one report. Every command is printed
 * before it runs, and again in the report; a stopped one goes on where it was.
 *
 *   npm run frontiers -- --traces FOLDER [--out FOLDER] [--run NAME] [--small]
 */
const { values } = parseArgs({
  options: {
    /** Folder of worldcup98_day*.csv: see docs/results.md. */
    traces: { type: "string" },
    out: { type: "string", default: "runs/frontiers" },
    /** Whose team is drawn among the opponents. */
    run: { type: "string" },
    /** Coarse grids, short plays, few seeds on the request-level twin: minutes instead of hours. */
    small: { type: "boolean", default: false },
  },
});

const families = ["hpa-cpu", "hpa-rps", "keda", "local+holt", "feed-forward", "feed-forward+holt", "oracle", "fixed"];
const tuned = ["hpa:60", ...families.map((family) => `${family}:tuned`)];

type Size = {
  readonly grid: "coarse" | "full";
  readonly length: string;
  /** Of the one bursty scenario; a fourth of them for each of four days. */
  readonly seeds: number;
  readonly trainSeeds: number;
  readonly against: readonly string[];
};

const onFluid = { seeds: 32, trainSeeds: 8, against: [...tuned, "hpa:hindsight"] };
/** A play costs a hundred times more here: the coarse grid, and no settings picked on the test data. */
const onRequests = { grid: "coarse", length: "15m", trainSeeds: 4, against: tuned } as const;
const sizes: Readonly<Record<"fluid" | "requests", Size>> = values.small
  ? { fluid: { ...onFluid, grid: "coarse", length: "1h" }, requests: { ...onRequests, seeds: 8 } }
  : { fluid: { ...onFluid, grid: "full", length: "2h" }, requests: { ...onRequests, seeds: 32 } };

const bursty = ["--scenario", "topologies/chained-wide.scenario.json"];
const days = worldCupDays(values.traces, "frontiers").flatMap((file) => ["--trace", file]);
const dayCount = days.length / 2;

for (const twin of ["fluid", "requests"] as const) {
  const size = sizes[twin];
  await evaluate(`${twin}-bursty`, twin, bursty, size);
  const each = Math.ceil(size.seeds / dayCount);
  const trainEach = Math.ceil(size.trainSeeds / (dayCount - 1));
  await evaluate(`${twin}-calm`, twin, [...days, "--volume", "400"], { ...size, seeds: each, trainSeeds: trainEach });
}
const [first, ...others] = ["fluid-bursty", "fluid-calm", "requests-bursty", "requests-calm"].map(folderOf);
const more = others.flatMap((folder) => ["--with", folder]);
await karmaAll([
  ["report", first!, ...more, "--out", folderOf("report"), "--plays", "team,hpa-cpu:tuned,feed-forward+holt:tuned"],
]);

function folderOf(name: string): string {
  return join(values.out, name);
}

async function evaluate(name: string, twin: string, traffic: readonly string[], size: Size): Promise<void> {
  const team = values.run === undefined ? ["--no-team"] : ["--run", values.run];
  const words = ["evaluate", "topologies/chained-wide.json", ...traffic, "--twin", twin, "--length", size.length];
  words.push("--seeds", String(size.seeds), "--train-seeds", String(size.trainSeeds), "--grid", size.grid);
  await karmaAll([[...words, "--against", size.against.join(","), ...team, "--out", folderOf(name)]]);
}
