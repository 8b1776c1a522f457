import type { Autoscaler, Evidence, Proposal } from "../../control/loop/autoscaler.ts";
import type { Timing } from "../../control/loop/timing.ts";
import { KarmaError } from "../../core/errors.ts";
import { createRng } from "../../core/rng.ts";
import type { Kernels } from "../../nn/kernels.ts";
import { createPlainKernels } from "../../nn/plain.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { perceptionOf } from "../org/team/relations.ts";
import { type ActionMask, maskOf } from "./action-mask.ts";
import { type ActionBasis, explainAction, replicasWanted, scalingActions } from "./actions.ts";
import { playedOrganization, type TeamOrganization } from "./carried-organization.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { GreedyPlayer } from "./inference.ts";
import { createLiveGuidance, type LiveGuidance } from "./live-guidance.ts";
import { createObserver, observationSize, type Observer } from "./observe.ts";
import { createTeamPlayer } from "./one-agent.ts";

export type LearnedContext = {
  readonly topology: Topology;
  /** Of the cluster it shall play on; windows follow its time scale. */
  readonly timing: Timing;
  /** Those of plain TypeScript when left out. */
  readonly kernels?: Kernels;
};

/**
 * What was learned, as an autoscaler like any other: greedy, one agent per service, each from its own observation, under
 * the rules and the authority it was trained with. Services for which nothing is known yet keep their size.
 */
export function createLearnedAutoscaler(checkpoint: Checkpoint, context: LearnedContext): Autoscaler {
  checkServices(checkpoint, context.topology);
  const { topology } = context;
  const team = checkpoint.organization && playedOrganization(checkpoint.organization);
  const observer = createTeamObserver(checkpoint, context, team);
  const kernels = context.kernels ?? createPlainKernels();
  const player = createTeamPlayer(checkpoint, kernels, topology.services.length);
  const always = maskOf(checkpoint.forbidden, scalingActions.length);
  const guidance = team && guidanceOf(checkpoint, context, team, observer, always);
  return {
    name: "learned",
    decide(readings) {
      observer.update(readings);
      player.choose(observer.observations, guidance?.see(readings) ?? always);
      const settled = guidance?.settle(player);
      return topology.services.map((_, agent) => {
        const ruled = settled?.ruled[agent];
        const evidence = { ...evidenceOf(player, observer, agent), ...(ruled === undefined ? {} : { ruled }) };
        return proposalOf(evidence, observer.basis(agent));
      });
    },
  };
}

function createTeamObserver(
  { headroom }: Checkpoint,
  { topology, timing }: LearnedContext,
  team: TeamOrganization | undefined,
): Observer {
  const spec = { topology, timing, environments: 1, headroom };
  return createObserver(
    team === undefined ? spec : { ...spec, perception: perceptionOf(team.organization, team.assignment) },
  );
}

function guidanceOf(
  { training }: Checkpoint,
  { topology, timing }: LearnedContext,
  team: TeamOrganization,
  observer: Observer,
  always: ActionMask | undefined,
): LiveGuidance {
  const services = topology.services.map(({ name }) => name);
  const rng = createRng(`organization live ${training.seed}`);
  return createLiveGuidance({ team, services, observer, timing, rng, always });
}

function evidenceOf(player: GreedyPlayer, { observations }: Observer, agent: number): Evidence {
  return {
    observation: rowOf(observations, agent, observationSize),
    probabilities: rowOf(player.probabilities, agent, scalingActions.length),
    action: player.actions[agent]!,
  };
}

function rowOf(values: Float32Array | Float64Array, row: number, width: number): number[] {
  return Array.from(values.subarray(row * width, (row + 1) * width));
}

function proposalOf(evidence: Evidence, basis: ActionBasis): Proposal {
  const { action, probabilities, ruled } = evidence;
  const done = ruled?.overruled?.action ?? action;
  const replicas = replicasWanted(done, basis);
  if (Number.isNaN(replicas)) return { replicas: basis.size, reasons: ["the need is not known yet"], evidence };
  const confidence = `probability ${(100 * probabilities[action]!).toFixed(0)} %`;
  const words = (one: number): string => explainAction(one, basis);
  if (ruled?.overruled !== undefined) {
    const reason = `${words(done)}: ${ruled.overruled.by} grows, and overrules ${words(action)} (${confidence})`;
    return { replicas, reasons: [reason], evidence };
  }
  const instead = ruled?.preferred === undefined ? "" : `; its role forbids ${words(ruled.preferred)}`;
  return { replicas, reasons: [`${words(action)} (${confidence})${instead}`], evidence };
}

function checkServices({ topology: trained }: Checkpoint, { name, services }: Topology): void {
  const names = services.map((service) => service.name);
  if (names.join(" ") === trained.services.join(" ")) return;
  throw new KarmaError(
    "INPUT_INVALID",
    `the checkpoint was trained on ${trained.name} (${trained.services.join(", ")}), not on ${name} (${names.join(", ")})`,
    "train on this topology, or name a checkpoint of it",
  );
}
