import { expect } from "vitest";
import { guardBounds } from "../../src/control/guard/bounds.ts";
import { guardRulesFor } from "../../src/control/guard/rules.ts";
import type { Decision } from "../../src/control/loop/autoscaler.ts";
import type { Cluster } from "../../src/control/loop/cluster.ts";
import { runControlLoop } from "../../src/control/loop/run-loop.ts";
import type { Timing } from "../../src/control/loop/timing.ts";
import { createReadings, type Readings } from "../../src/control/readings/readings.ts";
import type { Clock } from "../../src/core/clock.ts";
import { createRng } from "../../src/core/rng.ts";
import { initialise } from "../../src/nn/init.ts";
import { defineMlp } from "../../src/nn/mlp.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { createGuidance } from "../../src/team/org/runtime/guidance.ts";
import { choiceIn } from "../../src/team/policy/action-choice.ts";
import { scalingActions } from "../../src/team/policy/actions.ts";
import { type CarriedOrganization, playedOrganization } from "../../src/team/policy/carried-organization.ts";
import type { Checkpoint } from "../../src/team/policy/checkpoint.ts";
import { createLearnedAutoscaler } from "../../src/team/policy/learned.ts";
import { createObserver, observationSize } from "../../src/team/policy/observe.ts";

const PERIODS = 4;

/** Whoever has had replicas for three periods keeps them: a rule that speaks of the past and of what was done. */
const settling = {
  name: "settling",
  labels: { there: [{ signal: "desired", above: 0.5 }] },
  structural: {
    roles: { settler: { rules: [{ history: "#any_seq,[there,#any_act](2,*),there", allow: ["keep"] }] } },
    group: { id: "team", roles: { settler: {} } },
  },
};

export type LoopPlace = {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly timing: Timing;
};

/**
 * Plays a team under an organization through the control loop, and checks that each decision was under the mask that the
 * environment it is trained in makes of the same readings. The last service gets three replicas.
 */
export async function expectSameMasks(place: LoopPlace): Promise<void> {
  const { topology, cluster } = place;
  await cluster.scale(topology.services.at(-1)!.name, 3);
  const organization = { document: settling, roles: topology.services.map(() => ["settler"]) };
  const { seen, decisions } = await playLoop(place, organization);
  const live = seen.map((_, period) =>
    topology.services.map((__, agent) => maskedIn(decisions[period * topology.services.length + agent]!)),
  );
  expect(live).toEqual(trainingMasks(place, organization, seen, decisions));
  const last = topology.services.length - 1;
  expect(live[0]![last], "at first everything is allowed").toEqual([]);
  // Of three replicas and no load every other action would give some back.
  expect(live.at(-1)![last], "later on only to keep the size").toEqual(
    Array.from({ length: scalingActions.length - 1 }, (_, k) => k + 1),
  );
}

/** What a decision had no probability for. */
function maskedIn({ evidence }: Decision): readonly number[] {
  return evidence!.probabilities.flatMap((probability, action) => (probability === 0 ? [action] : []));
}

type Played = { readonly seen: readonly Readings[]; readonly decisions: readonly Decision[] };

async function playLoop(
  { cluster, clock, topology, timing }: LoopPlace,
  organization: CarriedOrganization,
): Promise<Played> {
  const seen: Readings[] = [];
  const decisions: Decision[] = [];
  await runControlLoop({
    cluster,
    clock,
    timing,
    autoscaler: createLearnedAutoscaler(teamOf(topology, timing, organization), { topology, timing }),
    rules: guardRulesFor(timing),
    bounds: guardBounds(topology),
    services: topology.services.map(({ name }) => name),
    untilMs: clock.nowMs() + (PERIODS + 0.5) * timing.syncPeriodMs,
    // So that sizes stay: whether the guard lets an idle service shrink is not the matter here.
    mode: "shadow",
    onReadings: (readings) => void seen.push(structuredClone(readings)),
    // A period without readings holds all sizes: nothing was chosen.
    sink: (decision) => void (decision.evidence !== undefined && decisions.push(decision)),
  });
  return { seen, decisions };
}

function teamOf(topology: Topology, timing: Timing, organization: CarriedOrganization): Checkpoint {
  const network = defineMlp([observationSize, 8, scalingActions.length]);
  const weights = new Float32Array(network.endsAt);
  initialise(network, weights, 1, createRng(1));
  return {
    topology: { name: topology.name, hash: "", services: topology.services.map(({ name }) => name) },
    timing,
    headroom: 1.5,
    training: { algorithm: "ippo", seed: 1, steps: 0, config: {} },
    backEnd: "plain",
    network,
    weights,
    organization,
  };
}

/** As in training: two environments at once, which see and do the same. [periods][agents][masked actions] */
function trainingMasks(
  { topology, timing }: LoopPlace,
  carried: CarriedOrganization,
  seen: readonly Readings[],
  decisions: readonly Decision[],
): readonly (readonly (readonly number[])[])[] {
  const { organization, assignment } = playedOrganization(carried);
  const agents = topology.services.length;
  const actions = scalingActions.length;
  const observer = createObserver({ topology, timing, environments: 2, headroom: 1.5 });
  const { bases } = observer;
  const shape = { agents, environments: 2, actions };
  const guidance = createGuidance({ organization, assignment, shape, ...choiceIn(bases) });
  return seen.map((readings, period) => {
    const atS = new Float64Array(2).fill(((readings.atMs - seen[0]!.atMs) * timing.timeScale) / 1_000);
    const twice = doubled(readings);
    observer.update(twice);
    guidance.see(twice, atS, createRng("unused"));
    const masked = topology.services.map((_, agent) => {
      const first = (2 * agent + 1) * actions;
      return Array.from({ length: actions }, (__, k) => k).filter((k) => guidance.mask[first + k] === 0);
    });
    const chosen = topology.services.flatMap((_, agent) => {
      const { action } = decisions[period * agents + agent]!.evidence!;
      return [action, action];
    });
    guidance.act(guidance.settle(Int32Array.from(chosen)), atS);
    return masked;
  });
}

function doubled(readings: Readings): Readings {
  const twice = createReadings(readings.services, 2, readings.atMs);
  for (const [name, column] of Object.entries(readings))
    if (column instanceof Float64Array)
      (twice[name as keyof Readings] as Float64Array).set(Array.from(column).flatMap((value) => [value, value]));
  return twice;
}
