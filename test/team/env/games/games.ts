import { guardRulesFor } from "../../../../src/control/guard/rules.ts";
import type { ServiceGameSpec } from "../../../../src/team/env/games/service-game.ts";
import type { ParallelEnv } from "../../../../src/team/env/parallel/parallel-env.ts";
import { defaultRandomisation } from "../../../../src/team/env/scaling-env.ts";
import { burstyTraffic, calibrationOf, chain } from "../../chain.ts";

/** The chain for some minutes. */
export function specOf(change: Partial<ServiceGameSpec> = {}): ServiceGameSpec {
  const calibration = calibrationOf(chain);
  return {
    topology: chain,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom: 1.4,
    traffic: burstyTraffic(chain, 400),
    meanRatePerS: 400,
    randomisation: defaultRandomisation,
    actions: ["multiples"],
    alpha: 3,
    observations: "default",
    reward: "default",
    trouble: { family: "none" },
    kappa: 40,
    maxSteps: 12,
    stream: "test",
    ...change,
  };
}

/** The present state of a game as text. */
export function linesOf(env: ParallelEnv): readonly string[] {
  const drawn = env.render("ansi");
  return typeof drawn === "string" ? drawn.split("\n") : [];
}
