import { expect, test } from "vitest";
import { readInputs } from "../../src/app/inputs.ts";
import { readRoles } from "../../src/app/roles.ts";
import { createTrainingGame } from "../../src/app/training-game.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import { packagePath } from "../../src/host/package-files.ts";
import type { VectorGame } from "../../src/team/env/vector-game.ts";
import type { CarriedOrganization } from "../../src/team/policy/carried-organization.ts";
import { observationSize, observedFeatures } from "../../src/team/policy/observe.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";

const inputs = readInputs({ cwd: "/", topology: packagePath("topologies/chained-wide.json") });
const [, second] = inputs.topology.services.keys();
const environments = 8;

/** A few steps in which the first agent does one thing, and the others ask for just their need. */
function play(organization?: CarriedOrganization, first = 1): VectorGame {
  const request = { inputs, timeScale: 1, volumePerS: 300, kappa: 40, ...(organization && { organization }) };
  const measures = {
    calibration: declaredCalibration(inputs.topology, kubernetesTiming),
    headroom: 1.2,
    meanRatePerS: 300,
  };
  const game = createTrainingGame(request, measures, environments, "same");
  const actions = Int32Array.from({ length: game.agents * environments }, (_, cell) =>
    cell < environments ? first : 1,
  );
  game.restart(0);
  game.clearTotals();
  for (let step = 0; step < 8; step++) {
    game.step(actions);
    game.resetEnded();
  }
  return game;
}

/** The first two services in roles of their own, with a link from the first to the second. */
function linked(type?: string): CarriedOrganization {
  const links = type === undefined ? [] : [{ type, from: "a", to: "b" }];
  const group = { id: "g", roles: { a: {}, b: {} }, links };
  const document = { name: "linked", structural: { roles: { a: {}, b: {} }, group } };
  return { document, roles: [["a"], ["b"], [], []] };
}

/** What the second agent hears of the services before it. */
function heard({ observations }: VectorGame): readonly number[] {
  const feature = observedFeatures.indexOf("upstreamReadyToNeed");
  return Array.from({ length: environments }, (_, environment) => {
    return observations[(second! * environments + environment) * observationSize + feature]!;
  });
}

test("in training a link lets an agent hear another one; without links it hears nobody", () => {
  const free = heard(play());
  expect(free).not.toEqual(free.map(() => 1));
  expect(heard(play(linked("communication")))).toEqual(free);
  expect(heard(play(linked("acquaintance")))).toEqual(free.map(() => 1));
  expect(heard(play(linked()))).toEqual(free.map(() => 1));
});

test("in training authority overrules, and its log says who overruled whom how often", () => {
  const { totals } = play(linked("authority"), 8);
  expect(totals["movesOverruled"]).toBeGreaterThan(0);
  expect(totals["a overruled b"]).toBe(totals["movesOverruled"]);
  expect(play(linked("communication"), 8).totals).toMatchObject({ movesOverruled: 0 });
});

test("an organization that says nothing changes nothing", () => {
  const organization = readRoles({ cwd: "/", roles: "karma-none", assign: [] }, inputs.topology);
  const [free, none] = [play(), play(organization)];
  expect(none.observations).toEqual(free.observations);
  expect(none.rewards).toEqual(free.rewards);
  expect(none.mask).not.toContain(0);
});
