import { expect, test } from "vitest";
import { guardRulesFor } from "../../../src/control/guard/rules.ts";
import { createRng } from "../../../src/core/rng.ts";
import { oneAgentGame } from "../../../src/team/env/one-agent-game.ts";
import { createPartsColumns, type GamePart, obeyPart, partedGame } from "../../../src/team/env/parted-game.ts";
import { createScalingEnv, defaultRandomisation, type GroupPlace } from "../../../src/team/env/scaling-env.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { createKnownVectorGame } from "../../../src/team/known-games/known-game.ts";
import { simpleSpread } from "../../../src/team/known-games/simple-spread.ts";
import { burstyTraffic, calibrationOf, chain } from "../chain.ts";

const groupSize = 2;
const parts = 4;
const environments = 16;

function scaling(count: number, place?: GroupPlace): VectorGame {
  const calibration = calibrationOf(chain, 1);
  return createScalingEnv({
    topology: chain,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom: 1.4,
    traffic: burstyTraffic(chain, 400),
    meanRatePerS: 400,
    environments: count,
    groupSize,
    kappa: 40,
    randomisation: defaultRandomisation,
    rng: createRng(5),
    // Short, so that some end.
    episodeSteps: 12,
    ...(place && { place }),
  });
}

function inParts(create: (place: GroupPlace) => VectorGame): VectorGame {
  const size = environments / parts;
  const own: GamePart[] = Array.from({ length: parts }, (_, part) => {
    const place = { firstGroup: (part * size) / groupSize, groups: environments / groupSize };
    return { game: create(place), part, first: part * size };
  });
  const part = own[0]!.game;
  const columns = createPartsColumns(part, parts, (bytes) => new ArrayBuffer(bytes));
  // The last one first: the order is nobody's business.
  const order = (kind: number, era: number): void =>
    own.toReversed().forEach((one) => obeyPart(one, columns, kind, era));
  return partedGame({ part, environments, columns, order });
}

/** Everything that a game of these actions showed. */
function shownBy(game: VectorGame, steps: number): unknown[] {
  const rng = createRng("actions");
  const actions = new Int32Array(game.agents * game.environments);
  const shown: unknown[] = [];
  const look = (): void => {
    const { observations, privileged, rewards, ended } = game;
    for (const column of [observations, privileged, rewards, ended]) shown.push(column.slice());
  };
  game.restart(3);
  game.clearTotals();
  look();
  for (let step = 0; step < steps; step++) {
    for (let row = 0; row < actions.length; row++) actions[row] = rng.integer(game.actions);
    game.step(actions);
    look();
    game.resetEnded();
    look();
  }
  return shown;
}

test("a game in parts shows the very bits that it shows as a whole", () => {
  const whole = scaling(environments);
  const parted = inParts((place) => scaling(environments / parts, place));
  expect(shownBy(parted, 20)).toEqual(shownBy(whole, 20));
  const { requests, violating, pods, steps } = parted.totals as Record<string, number>;
  expect(steps).toBe(whole.totals["steps"]);
  expect(requests).toBeCloseTo(whole.totals["requests"]!, 6);
  expect(violating).toBeCloseTo(whole.totals["violating"]!, 6);
  expect(pods).toBeCloseTo(whole.totals["pods"]!, 6);
});

test("one agent for all may play in parts too", () => {
  const whole = oneAgentGame(scaling(environments));
  const parted = inParts((place) => oneAgentGame(scaling(environments / parts, place)));
  expect(shownBy(parted, 5)).toEqual(shownBy(whole, 5));
});

test("totals of parts are added, and cleared in all of them", () => {
  const parted = inParts((place) => createKnownVectorGame(simpleSpread, 4, createRng(place.firstGroup)));
  shownBy(parted, 30);
  expect(parted.totals["episodes"]).toBe(environments);
  parted.clearTotals();
  expect(parted.totals["episodes"]).toBe(0);
});

test("what a part cannot do is a bug of whoever asks", () => {
  const game = scaling(4, { firstGroup: 0, groups: 8 });
  const columns = createPartsColumns(game, parts, (bytes) => new ArrayBuffer(bytes));
  expect(() => obeyPart({ game, part: 0, first: 0 }, columns, 99, 0)).toThrow("cannot do 99");
});
