import type { Ruled } from "../../control/loop/autoscaler.ts";
import type { Timing } from "../../control/loop/timing.ts";
import type { Readings } from "../../control/readings/readings.ts";
import type { Rng } from "../../core/rng.ts";
import { createGuidance, type Guidance } from "../org/runtime/guidance.ts";
import type { Prohibition } from "../org/runtime/prohibitions.ts";
import { type ActionMask, narrowMask } from "./action-mask.ts";
import { choiceIn } from "./action-choice.ts";
import { scalingActions } from "./actions.ts";
import type { TeamOrganization } from "./carried-organization.ts";
import type { GreedyPlayer } from "./inference.ts";
import type { Observer } from "./observe.ts";

export type LiveGuidanceSpec = {
  readonly team: TeamOrganization;
  /** Names of the agents. */
  readonly services: readonly string[];
  /** Of one environment: what agents see of the readings, brought up to date before `see`. */
  readonly observer: Observer;
  readonly timing: Timing;
  /** Draws when soft rules bind. */
  readonly rng: Rng;
  /** What may be done whatever the rules say; everything when left out. */
  readonly always: ActionMask | undefined;
};

/** The organization of a team while it plays: what it is in training, for one environment and with words for people. */
export type LiveGuidance = {
  /** What each agent may do now. */
  see(readings: Readings): ActionMask;
  /** What is done of what was chosen, and, by agent, what the organization made of it. */
  settle(player: GreedyPlayer): { readonly done: Int32Array; readonly ruled: readonly (Ruled | undefined)[] };
};

export function createLiveGuidance(spec: LiveGuidanceSpec): LiveGuidance {
  const { organization, assignment } = spec.team;
  const { bases } = spec.observer;
  const guidance = createGuidance({
    organization,
    assignment,
    shape: { agents: spec.services.length, environments: 1, actions: scalingActions.length },
    ...choiceIn(bases),
  });
  const nameRule = ruleNames(spec.team);
  const atS = new Float64Array(1);
  let startMs: number | undefined;
  return {
    see(readings) {
      startMs ??= readings.atMs;
      atS[0] = ((readings.atMs - startMs) * spec.timing.timeScale) / 1_000;
      guidance.see(readings, atS, spec.rng);
      if (spec.always !== undefined) narrowMask(guidance.mask, spec.always, scalingActions.length);
      return guidance.mask;
    },
    settle(player) {
      const done = guidance.settle(player.actions);
      const ruled = spec.services.map((_, agent) => ruledOf(guidance, player, done, agent, spec.services, nameRule));
      guidance.act(done, atS);
      return { done, ruled };
    },
  };
}

type NameRule = (prohibition: Prohibition) => string;

function ruledOf(
  guidance: Guidance,
  { actions, preferred }: GreedyPlayer,
  done: Int32Array,
  agent: number,
  services: readonly string[],
  nameRule: NameRule,
): Ruled | undefined {
  const prohibitions = guidance.prohibitions(agent);
  const superior = guidance.overruledBy[agent]!;
  if (prohibitions.length === 0 && superior < 0) return undefined;
  return {
    forbidden: prohibitions.map((one) => ({ rule: nameRule(one), actions: one.forbids })),
    ...(preferred[agent] === actions[agent] ? {} : { preferred: preferred[agent]! }),
    ...(superior < 0 ? {} : { overruled: { by: services[superior]!, action: done[agent]! } }),
  };
}

/** Rules in words, with the history as the file has it: `bottleneck: after #any_seq,queue-long only grow`. */
function ruleNames({ organization: { roles }, document }: TeamOrganization): NameRule {
  const { structural } = document as { readonly structural: { readonly roles: Readonly<Record<string, RuledRole>> } };
  return ({ role, rule }) => {
    const history = structural.roles[role]?.rules?.[rule]?.history ?? `rule ${rule + 1}`;
    return `${role}: after ${history} only ${roles.get(role)!.rules[rule]!.allow.join(" or ")}`;
  };
}

type RuledRole = { readonly rules?: readonly { readonly history: string }[] };
