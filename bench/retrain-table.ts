import { figureRng } from "../src/app/evaluation/contest.ts";
import { meanOf } from "../src/core/statistics.ts";
import { type CostedPlay, costedPlays } from "../src/evaluate/costed.ts";
import type { TrafficClass } from "../src/evaluate/burstiness.ts";
import { compareWithFrontier, type FrontierComparison } from "../src/evaluate/frontier-comparison.ts";
import type { Played } from "../src/evaluate/played.ts";
import { families, type SystemPlays } from "./retrain-plays.ts";

/** Teams in rows, frontiers in columns, as Markdown; by kind of traffic, rules tuned for all systems and for each. */
export function studyTable(systems: readonly SystemPlays[]): string {
  const parts = (["bursty", "calm"] as const).flatMap((each) => [
    [`\n${each}: violations of the teams / those of the frontier at equal cost, one setting for all systems\n`],
    tableOf(systems, each, allAtOnce),
    [`\n${each}: the same, rules tuned for each system by itself: geometric mean, least and most\n`],
    tableOf(systems, each, oneByOne),
  ]);
  return parts.flat().join("\n");
}

type Cell = (systems: readonly SystemPlays[], traffic: TrafficClass, team: string, family: string) => string;

function tableOf(systems: readonly SystemPlays[], traffic: TrafficClass, cell: Cell): string[] {
  const names = [...systems[0]!.plays[traffic].keys()];
  const rules = new Set([...systems[0]!.grids.values()].flat());
  const teams = names.filter((name) => !rules.has(name));
  return [
    `| | violating | replicas | changes/h | ${families.map((family) => `\`${family}\``).join(" | ")} |`,
    `| --- | ---: | ---: | ---: | ${families.map(() => "---").join(" | ")} |`,
    ...teams.map((team) => {
      const cells = families.map((family) => cell(systems, traffic, team, family));
      return `| ${team} | ${figuresOf(systems, traffic, team)} | ${cells.join(" | ")} |`;
    }),
  ];
}

function figuresOf(systems: readonly SystemPlays[], traffic: TrafficClass, team: string): string {
  const strata = systems.map(({ plays }) => plays[traffic].get(team)!);
  const costed = costedPlays(strata, 1);
  const mean = (of: (play: CostedPlay) => number): number => meanOf(costed.map((own) => meanOf(own.map(of))));
  const changes = meanOf(strata.map((own) => meanOf(own.map((play) => (3_600 * play.sizeChanges) / play.lengthS))));
  const violating = 100 * mean(({ violatingShare }) => violatingShare);
  return `${violating.toFixed(2)} % | ${mean(({ cost }) => cost).toFixed(1)} | ${changes.toFixed(0)}`;
}

const allAtOnce: Cell = (systems, traffic, team, family) => {
  const { mean, low, high } = against(systems, traffic, team, family, 2_000).violatingRatio;
  return `${mean.toFixed(3)} (${low.toFixed(3)} … ${high.toFixed(3)})`;
};

const oneByOne: Cell = (systems, traffic, team, family) => {
  const ratios = systems.map((one) => against([one], traffic, team, family, 1).violatingRatio.mean);
  const mean = Math.exp(meanOf(ratios.map(Math.log)));
  return `${mean.toFixed(3)} (${Math.min(...ratios).toFixed(3)} … ${Math.max(...ratios).toFixed(3)})`;
};

function against(
  systems: readonly SystemPlays[],
  traffic: TrafficClass,
  team: string,
  family: string,
  resamples: number,
): FrontierComparison {
  const strataOf = (spec: string): CostedPlay[][] =>
    costedPlays(
      systems.map(({ plays }): readonly Played[] => plays[traffic].get(spec)!),
      1,
    );
  const settings = systems[0]!.grids.get(family)!.map((spec) => ({ spec, strata: strataOf(spec) }));
  const ours = strataOf(team).map((own) => [own]);
  return compareWithFrontier(ours, settings, figureRng(`${traffic} ${team} ${family}`), resamples);
}
