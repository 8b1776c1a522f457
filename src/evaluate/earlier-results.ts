import type { LiveContest } from "./live-contest.ts";
import type { Played } from "./played.ts";
import type { EvaluateResult } from "./result.ts";
import { unknownMeasure } from "./summarize.ts";

/**
 * Results that were written before replicas could be resized do not say what they cost then: all replicas were of the
 * declared size; how many cores that was stands nowhere in them.
 */
export function completedResult(result: EvaluateResult): EvaluateResult {
  const rows = result.rows.map((row) => {
    const measures = Object.assign({ cost: row.measures.podHours, coreHours: unknownMeasure }, row.measures);
    return Object.assign({}, row, { measures });
  });
  return { ...result, rows };
}

export function completedContest(contest: LiveContest): LiveContest {
  const plays = contest.plays.map((play) =>
    Object.assign({}, play, { live: completedPlay(play.live), twin: completedPlay(play.twin) }),
  );
  return { ...contest, plays };
}

function completedPlay(played: Played): Played {
  return Object.assign({ sizedPodSeconds: played.podSeconds, coreSeconds: Number.NaN }, played);
}
