import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { guardRulesFor } from "../../../src/control/guard/rules.ts";
import { createRng } from "../../../src/core/rng.ts";
import { type GuidedGame, guideGame } from "../../../src/team/env/guided-game.ts";
import { createScalingEnv, defaultRandomisation, type ScalingGame } from "../../../src/team/env/scaling-env.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import type { Organization } from "../../../src/team/org/specification/organization.ts";
import { parseOrganization } from "../../../src/team/org/specification/parse-organization.ts";
import { assignRoles } from "../../../src/team/org/team/assign.ts";
import { replicasWanted } from "../../../src/team/policy/actions.ts";
import { burstyTraffic, calibrationOf, chain } from "../chain.ts";

const calibration = calibrationOf(chain, 1);
const meanRatePerS = 240;

export function gameOf(environments: number, seed: string): ScalingGame {
  return createScalingEnv({
    topology: chain,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom: 1.5,
    traffic: burstyTraffic(chain, meanRatePerS),
    meanRatePerS,
    environments,
    groupSize: 4,
    kappa: 40,
    // Few replicas at first: the objective is broken often enough to see who keeps the rule.
    randomisation: { ...defaultRandomisation, initial: [0.5, 1.2] },
    rng: createRng(seed),
  });
}

export function shipped(change: (text: string) => string = (text) => text): Organization {
  const text = readFileSync(new URL("../../../roles/karma.json", import.meta.url), "utf8");
  const parsed = parseOrganization(change(text), "karma.json");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

export function guided(game: ScalingGame, organization: Organization = shipped()): GuidedGame {
  const { assignment, problems } = assignRoles(organization, chain);
  expect(problems).toEqual([]);
  const names = chain.services.map(({ name }) => name);
  return guideGame(game, { organization, assignment, names, weight: 1, rng: createRng("organization") });
}

/** What the one rule of this organization says: who sees the objective broken does not shrink below the need. */
export const oneRule: Organization = shipped((text) => {
  const raw = JSON.parse(text);
  for (const name of ["bottleneck", "ddos", "failure", "resource"]) delete raw.structural.roles[name].rules;
  return JSON.stringify(raw);
});

/** Random policies, one per environment: each prefers some actions by weights of its own. */
export function breaches(
  game: ScalingGame,
  mask: Uint8Array | undefined,
  playing: VectorGame,
  steps: number,
): Uint8Array {
  const rng = createRng("random policies");
  const { agents, environments, actions } = game;
  const weights = Float64Array.from({ length: environments * actions }, () => rng.uniform() ** 3);
  const chosen = new Int32Array(agents * environments);
  const broke = new Uint8Array(environments);
  for (let step = 0; step < steps; step++) {
    for (let cell = 0; cell < chosen.length; cell++) {
      const environment = cell % environments;
      let best = -1;
      for (let k = 0; k < actions; k++) {
        if (mask !== undefined && mask[cell * actions + k] === 0) continue;
        const ticket = rng.uniform() * (weights[environment * actions + k]! + 1e-9);
        if (ticket <= best) continue;
        best = ticket;
        chosen[cell] = k;
      }
      const { size, need } = game.basis(cell);
      const wanted = replicasWanted(chosen[cell]!, game.basis(cell));
      const isBroken = game.readings().entryViolatingShare[environment]! > 0.05;
      if (isBroken && wanted < size && wanted < need - 1e-6) broke[environment] = 1;
    }
    playing.step(chosen);
    playing.resetEnded();
  }
  return broke;
}
