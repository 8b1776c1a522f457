import { isKubernetesHpa } from "../clusters/kubernetes/hpa/hpa-spec-text.ts";
import { startKubernetesHpa } from "../clusters/kubernetes/hpa/start-kubernetes-hpa.ts";
import type { Autoscaler } from "../control/loop/autoscaler.ts";
import type { Timing } from "../control/loop/timing.ts";
import type { Clock } from "../core/clock.ts";
import { KarmaError } from "../core/errors.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Workload } from "../system/workload/workload.ts";
import type { Checkpoint } from "../team/policy/checkpoint.ts";
import { createDoubtedTeam } from "../team/policy/doubted.ts";
import type { KubernetesPlace } from "./kubernetes-place.ts";
import type { Controller } from "./live-run.ts";
import { opponentOf } from "./opponents.ts";

/** Who scales a cluster: our loop with an autoscaler, or a controller of the cluster's own. */
export type LivePlayer = {
  readonly name: string;
  readonly autoscaler?: (workload: Workload) => Autoscaler;
  readonly controller?: Controller;
  /** The same one on the twin; for a real HPA the rule that it follows. */
  readonly onTwin: (workload: Workload) => Autoscaler;
};

export type PlayersSpec = {
  readonly topology: Topology;
  readonly timing: Timing;
  readonly clock: Clock;
  /** Undefined where the cluster is not on Kubernetes. */
  readonly place: KubernetesPlace | undefined;
  /** Of the team; none plays when undefined. */
  readonly checkpoint: Checkpoint | undefined;
  readonly against: readonly string[];
};

/** Who decides where the team is in doubt, as in a transfer that says nothing of it. */
export const FALLBACK = "hpa";

/** The team as a transfer plays it first, then its opponents. A wrong spec fails here, before anything runs. */
export function livePlayers(spec: PlayersSpec): readonly LivePlayer[] {
  const { topology, timing, checkpoint, against } = spec;
  const opponents = [...new Set(against)].map((one) => (isKubernetesHpa(one) ? realHpa(one, spec) : ruled(one, spec)));
  if (checkpoint === undefined) return opponents;
  const context = { topology, timing };
  const fallback = opponentOf(FALLBACK, topology, timing);
  const create = (workload: Workload): Autoscaler => createDoubtedTeam(checkpoint, context, fallback.create(workload));
  return [{ name: "team", autoscaler: create, onTwin: create }, ...opponents];
}

function ruled(text: string, { topology, timing }: PlayersSpec): LivePlayer {
  const { name, create } = opponentOf(text, topology, timing);
  return { name, autoscaler: create, onTwin: create };
}

function realHpa(text: string, { topology, timing, clock, place }: PlayersSpec): LivePlayer {
  if (place === undefined) {
    throw new KarmaError(
      "USAGE",
      `expected autoscalers that run here, found ${text}: it is Kubernetes' own`,
      "--against hpa follows the same rule; or --on kind",
    );
  }
  const { create } = opponentOf(text.replace(/^kubernetes-/, ""), topology, timing);
  const { access, namespace } = place;
  return {
    name: text,
    onTwin: create,
    controller: (onDecision) =>
      startKubernetesHpa(access, namespace, topology, {
        spec: text,
        clock,
        ...(onDecision === undefined ? {} : { onDecision }),
      }),
  };
}
