import type { Autoscaler, Evidence } from "../../control/loop/autoscaler.ts";
import type { Timing } from "../../control/loop/timing.ts";
import { createRng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { createGuidance, type Guidance } from "../org/runtime/guidance.ts";
import { choiceIn } from "./action-choice.ts";
import { scalingActions } from "./actions.ts";
import type { TeamOrganization } from "./carried-organization.ts";
import { createObserver, type Observer } from "./observe.ts";

export type RuleWatchSpec = {
  /** Whose rules are the measure. Where they are soft, what they would cost counts as allowed. */
  readonly team: TeamOrganization;
  readonly topology: Topology;
  readonly timing: Timing;
  /** See the observer's. */
  readonly headroom: number;
};

/** Sums over all that was watched. */
export type RuleWatchCounts = {
  decisions: number;
  /** Decisions that were not what the rules allow. */
  broken: number;
};

/**
 * A learned team that is watched by an organization it may know nothing of: whether it does what the rules would allow.
 * Nothing is changed. What has no evidence of an action is not counted.
 */
export function watchRules(autoscaler: Autoscaler, spec: RuleWatchSpec, counts: RuleWatchCounts): Autoscaler {
  const { team, topology, timing, headroom } = spec;
  const observer = createObserver({ topology, timing, environments: 1, headroom });
  const guidance = guidanceOf(team, topology, observer);
  const rng = createRng("rule watch");
  const atS = new Float64Array(1);
  const done = new Int32Array(topology.services.length);
  let startMs: number | undefined;
  return {
    name: autoscaler.name,
    decide(readings) {
      const proposals = autoscaler.decide(readings);
      startMs ??= readings.atMs;
      atS[0] = ((readings.atMs - startMs) * timing.timeScale) / 1_000;
      observer.update(readings);
      guidance.see(readings, atS, rng);
      for (const [agent, { evidence }] of proposals.entries()) {
        done[agent] = evidence === undefined ? 0 : actionOf(evidence);
        if (evidence !== undefined) count(counts, guidance.mask[agent * scalingActions.length + done[agent]]!);
      }
      guidance.act(done, atS);
      return proposals;
    },
  };
}

function guidanceOf({ organization, assignment }: TeamOrganization, topology: Topology, { bases }: Observer): Guidance {
  return createGuidance({
    organization,
    assignment,
    shape: { agents: topology.services.length, environments: 1, actions: scalingActions.length },
    ...choiceIn(bases),
  });
}

function actionOf({ action, ruled }: Evidence): number {
  return ruled?.overruled?.action ?? action;
}

function count(counts: RuleWatchCounts, isAllowed: number): void {
  counts.decisions++;
  if (isAllowed === 0) counts.broken++;
}
