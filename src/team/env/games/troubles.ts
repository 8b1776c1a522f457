import type { ResetOptions } from "../parallel/parallel-env.ts";
import type { FaultSource } from "../scaling-env.ts";
import {
  chooseTrouble,
  describeTrouble,
  drawTrouble,
  type Trouble,
  type TroubleChoice,
  type TroubleWorld,
} from "../trouble/trouble.ts";

/** What goes wrong in the episodes of a game of one environment. */
export type Troubles = {
  /**
   * For the next episode: `trouble` and `intensity` of its reset, the game's own where they are not there. Other options
   * are for others.
   *
   * @throws KarmaError where there is no such trouble
   */
  choose(options: ResetOptions): void;
  readonly draw: FaultSource;
  /** Of this episode, as lines of text. */
  told(): readonly string[];
};

export function createTroubles(world: TroubleWorld, usual: TroubleChoice): Troubles {
  let chosen = usual;
  let now: Trouble | undefined;
  return {
    choose(options) {
      chosen = chooseTrouble({ trouble: options["trouble"], intensity: options["intensity"] }, usual);
    },
    draw(rng, lengthMs) {
      now = drawTrouble(chosen, world, lengthMs, rng);
      return now?.faults ?? [];
    },
    told: () => (now === undefined ? [] : [`trouble: ${describeTrouble(now)}`]),
  };
}
