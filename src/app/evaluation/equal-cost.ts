import { createRng } from "../../core/rng.ts";
import { costKnobOf } from "../../evaluate/cost-knob.ts";
import { type CostedPlay, costedPlays } from "../../evaluate/costed.ts";
import { compareAtEqualCost, type EqualCostRow } from "../../evaluate/equal-cost.ts";
import type { Strata } from "../../evaluate/statistics.ts";
import { holmAdjusted } from "../../evaluate/statistics-tests.ts";
import type { Host } from "../host.ts";
import type { ClassPlays } from "./compare.ts";
import { type ClassGroup, type Contest, playAll } from "./contest.ts";
import type { ClassEqualCostRow } from "../../evaluate/result.ts";

/** How far the knob of an opponent is turned at most, up and down from where it stands. */
const knobReach = 8;

/** Plays a spec over all seeds, all its sizes times a factor where one is given: [scenarios][seeds]. */
export type PlayTurned = (spec: string, factor: number | undefined) => Promise<Strata<CostedPlay>>;

/**
 * Plays an opponent with its cost turned to ours by a setting of its own, all its other options kept; one that has no
 * such setting has all its sizes multiplied.
 */
export function atEqualCost(opponent: string, ours: Strata<CostedPlay>, play: PlayTurned): Promise<EqualCostRow> {
  const setting = costKnobOf(opponent);
  const own = setting?.own ?? 1;
  return compareAtEqualCost(
    opponent,
    ours,
    (knob) => (setting === undefined ? play(opponent, knob) : play(setting.specAt(knob), undefined)),
    [own / knobReach, own * knobReach],
    createRng(`equal cost ${opponent}`),
  );
}

/** Every opponent that is not tuned, at the team's cost, in every class of traffic. */
export async function compareAtTeamsCost(
  contest: Contest,
  plain: readonly ClassPlays[],
  host: Host,
): Promise<ClassEqualCostRow[]> {
  const rows: ClassEqualCostRow[] = [];
  for (const group of contest.groups) {
    const inGroup = plain.filter((plays) => plays.class === group.class);
    const { strata } = inGroup.find(({ members }) => members !== undefined)!;
    const ours = costedPlays(strata, contest.timeScale);
    const own: EqualCostRow[] = [];
    for (const { autoscaler, members } of inGroup) {
      if (members !== undefined) continue;
      host.signal.throwIfAborted();
      own.push(await atEqualCost(autoscaler, ours, playIn(contest, group, autoscaler)));
    }
    rows.push(...corrected(own, group.class));
  }
  return rows;
}

function playIn(contest: Contest, group: ClassGroup, opponent: string): PlayTurned {
  const inGroup: Contest = { ...contest, groups: [group] };
  return async (spec, factor) => {
    const title = `compare with ${opponent} at equal cost`;
    const played = await playAll(inGroup, [spec], title, factor === undefined ? {} : { factor });
    return costedPlays(played.get(spec)!.get(group.class)!, contest.timeScale);
  };
}

/** Opponents whose cost was never reached are no tests. */
function corrected(rows: readonly EqualCostRow[], own: ClassGroup["class"]): ClassEqualCostRow[] {
  const adjusted = holmAdjusted(rows.filter(({ isReached }) => isReached).map(({ pValue }) => pValue)).values();
  const withCorrection = (row: EqualCostRow): ClassEqualCostRow => ({
    ...row,
    class: own,
    pAdjusted: row.isReached ? adjusted.next().value! : Number.NaN,
  });
  return rows.map(withCorrection);
}
