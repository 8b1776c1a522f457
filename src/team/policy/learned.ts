import type { Autoscaler, Evidence, Proposal } from "../../control/loop/autoscaler.ts";
import type { Timing } from "../../control/loop/timing.ts";
import { KarmaError } from "../../core/errors.ts";
import type { Kernels } from "../../nn/kernels.ts";
import { createPlainKernels } from "../../nn/plain.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { maskOf } from "./action-mask.ts";
import { type ActionBasis, explainAction, replicasWanted, scalingActions } from "./actions.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { createGreedyPlayer } from "./inference.ts";
import { createObserver, observationSize } from "./observe.ts";

export type LearnedContext = {
  readonly topology: Topology;
  /** Of the cluster it shall play on; windows follow its time scale. */
  readonly timing: Timing;
  /** Those of plain TypeScript when left out. */
  readonly kernels?: Kernels;
};

/**
 * What was learned, as an autoscaler like any other: greedy, one agent per service, each from its own observation.
 * Services for which nothing is known yet keep their size.
 */
export function createLearnedAutoscaler(checkpoint: Checkpoint, context: LearnedContext): Autoscaler {
  checkServices(checkpoint, context.topology);
  const { topology, timing } = context;
  const observer = createObserver({ topology, timing, environments: 1, headroom: checkpoint.headroom });
  const kernels = context.kernels ?? createPlainKernels();
  const player = createGreedyPlayer(kernels, checkpoint.network, checkpoint.weights, topology.services.length);
  const mask = maskOf(checkpoint.forbidden, scalingActions.length);

  function evidenceOf(agent: number): Evidence {
    const { actions, probabilities } = player;
    const { length } = scalingActions;
    return {
      observation: rowOf(observer.observations, agent, observationSize),
      probabilities: rowOf(probabilities, agent, length),
      action: actions[agent]!,
    };
  }

  return {
    name: "learned",
    decide(readings) {
      observer.update(readings);
      player.choose(observer.observations, mask);
      return topology.services.map((_, agent) => proposalOf(evidenceOf(agent), observer.basis(agent)));
    },
  };
}

function rowOf(values: Float32Array | Float64Array, row: number, width: number): number[] {
  return Array.from(values.subarray(row * width, (row + 1) * width));
}

function proposalOf(evidence: Evidence, basis: ActionBasis): Proposal {
  const { action, probabilities } = evidence;
  const replicas = replicasWanted(action, basis);
  if (Number.isNaN(replicas)) return { replicas: basis.size, reasons: ["the need is not known yet"], evidence };
  const confidence = `probability ${(100 * probabilities[action]!).toFixed(0)} %`;
  return { replicas, reasons: [`${explainAction(action, basis)} (${confidence})`], evidence };
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
