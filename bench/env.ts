import { readFileSync } from "node:fs";
import { guardRulesFor } from "../src/control/guard/rules.ts";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { createRng } from "../src/core/rng.ts";
import { createWasmKernels } from "../src/nn/wasm.ts";
import { parseTopology } from "../src/system/topology/parse.ts";
import type { Topology } from "../src/system/topology/topology.ts";
import { syntheticRates } from "../src/system/workload/synthetic.ts";
import { guideGame } from "../src/team/env/guided-game.ts";
import { createScalingEnv, defaultRandomisation, type ScalingGame } from "../src/team/env/scaling-env.ts";
import type { VectorGame } from "../src/team/env/vector-game.ts";
import { createTrainer } from "../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../src/team/learn/ippo-options.ts";
import { parseOrganization } from "../src/team/org/specification/parse-organization.ts";
import { assignRoles } from "../src/team/org/team/assign.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { type BenchRow, median } from "./row.ts";

const ENVIRONMENTS = 256;
const VOLUME_PER_S = 300;
const ITERATIONS = 14;
/** These warm up, after steps without learning that do so too: a training takes hours. */
const FIRST = 4;
const STEPS_BEFORE = 400;

/** What one iteration of training took, ns per agent and control step. */
type Spent = { readonly guidance: number; readonly game: number; readonly all: number };

/** What an organization costs while a team trains under it. */
export async function benchEnv(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const spent = train(scalingGame(shippedTopology()));
  const guidance = median(spent.map((one) => one.guidance));
  progress(`env: guidance ${spent.map((one) => one.guidance.toFixed(0)).join(", ")} ns`);
  const game = median(spent.map((one) => one.game));
  const all = median(spent.map((one) => one.all));
  return [
    {
      name: "guidance by roles/karma.json of chained-wide x 256, an agent-step (peer: the game without it)",
      value: guidance,
      unit: "ns",
      peer: game,
      ratio: guidance / game,
      target: "value <= 150",
    },
    {
      name: "the same as a share of training (peer: all of training in one thread)",
      value: guidance,
      unit: "ns",
      peer: all,
      ratio: guidance / all,
      target: "ratio <= .1",
    },
  ];
}

/** Trains a team for a moment and watches where the time goes. */
function train(game: ScalingGame): readonly Spent[] {
  const inner = timed(game);
  const guided = timed(guideGame(inner.game, guidanceOptions()));
  warmUp(guided.game);
  const options = { ...defaultIppoOptions, totalSteps: ITERATIONS * defaultIppoOptions.rolloutSteps * ENVIRONMENTS };
  const trainer = createTrainer({ options, game: guided.game, kernels: createWasmKernels(), seed: 1 });
  const agentSteps = options.rolloutSteps * ENVIRONMENTS * game.agents;
  const spent: Spent[] = [];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const before = { inner: inner.spentMs(), guided: guided.spentMs(), all: performance.now() };
    trainer.iterate();
    const ns = (ms: number): number => (ms * 1e6) / agentSteps;
    const innerNs = ns(inner.spentMs() - before.inner);
    const guidedNs = ns(guided.spentMs() - before.guided);
    spent.push({ guidance: guidedNs - innerNs, game: innerNs, all: ns(performance.now() - before.all) });
  }
  return spent.slice(FIRST);
}

function warmUp(game: VectorGame): void {
  const rng = createRng("warm up");
  const taken = new Int32Array(game.agents * game.environments);
  game.restart(0);
  for (let left = STEPS_BEFORE; left > 0; left--) {
    for (let cell = 0; cell < taken.length; cell++) taken[cell] = Math.floor(rng.uniform() * game.actions);
    game.step(taken);
    game.resetEnded();
  }
}

/** The game, with a clock that runs while it plays. */
function timed<Game extends VectorGame>(game: Game): { readonly game: Game; spentMs(): number } {
  let spentMs = 0;
  const clocked = (play: () => void): void => {
    const startMs = performance.now();
    play();
    spentMs += performance.now() - startMs;
  };
  const play: Pick<VectorGame, "restart" | "step" | "resetEnded"> = {
    restart: (era) => clocked(() => game.restart(era)),
    step: (actions) => clocked(() => game.step(actions)),
    resetEnded: () => clocked(() => game.resetEnded()),
  };
  return { game: { ...game, ...play }, spentMs: () => spentMs };
}

function scalingGame(topology: Topology): ScalingGame {
  const calibration = declaredCalibration(topology, kubernetesTiming);
  return createScalingEnv({
    topology,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom: 1.5,
    traffic: (rng, lengthMs) => ({
      stepMs: 1_000,
      ratePerS: syntheticRates(rng, {
        lengthS: Math.ceil(lengthMs / 1_000),
        stepMs: 1_000,
        volume: VOLUME_PER_S,
        topology,
      }),
    }),
    meanRatePerS: VOLUME_PER_S,
    environments: ENVIRONMENTS,
    groupSize: 8,
    kappa: 40,
    randomisation: defaultRandomisation,
    rng: createRng("bench env"),
  });
}

function guidanceOptions(): Parameters<typeof guideGame>[1] {
  const parsed = parseOrganization(read("roles/karma.json"), "karma.json");
  if (!parsed.ok) throw new Error("roles/karma.json is broken");
  const { assignment } = assignRoles(parsed.value, shippedTopology());
  return { organization: parsed.value, assignment, weight: 1, rng: createRng("bench organization") };
}

function shippedTopology(): Topology {
  const parsed = parseTopology(read("topologies/chained-wide.json"), "chained-wide.json");
  if (!parsed.ok) throw new Error("topologies/chained-wide.json is broken");
  return parsed.value;
}

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
}
