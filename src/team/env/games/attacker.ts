import { sumOf } from "../../../core/statistics.ts";
import { createRng, type Rng } from "../../../core/rng.ts";
import { serviceIndex, type Topology } from "../../../system/topology/topology.ts";
import type { AgentInfo, ResetOptions } from "../parallel/parallel-env.ts";
import { type BoxSpace, box, type MultiDiscreteSpace, multiDiscrete } from "../spaces/space.ts";
import { worstLatency } from "./karma-reward.ts";
import { createServiceGame, type ServiceGame, type ServiceGameSpec } from "./service-game.ts";

/** Levels of the attacker's two means. @source KARMA paper (arXiv 2505.21559), attacker action */
const rateLevels = 5;
const alterationLevels = 3;
/** A level of rate adds so many times the users' mean arrivals. @source the same, kappa */
const ratePerLevel = 1;
/** A level of altered data crashes a replica of the entry with this chance in a step. @source the same, 1 / sigma */
const crashPerLevel = 1 / 10;

/** One who attacks the services, and they. */
export type Attacker = {
  readonly side: ServiceGame;
  readonly observationSpace: BoxSpace;
  /** Entry, level of rate, level of alteration. */
  readonly actionSpace: MultiDiscreteSpace;
  begin(seed: number, options?: ResetOptions): void;
  strike(action: Int32Array): void;
  see(): Float32Array;
  info(): AgentInfo;
  draw(): string;
};

export function createAttacker(spec: ServiceGameSpec): Attacker {
  const { topology, meanRatePerS } = spec;
  const targets = topology.entries.map(({ service }) => serviceIndex(topology, service));
  // One number each: the twin goes on with the last one.
  const floods = targets.map((service) => ({ service, ratePerS: new Float64Array(1) }));
  const side = createServiceGame(spec, floods);
  const { game } = side;
  let rng: Rng = createRng("attack");
  let last = [0, 0, 0];
  return {
    side,
    observationSpace: box(0, 1, [4 * topology.services.length + 3]),
    actionSpace: multiDiscrete([targets.length, rateLevels, alterationLevels]),
    begin(seed, options) {
      for (const { ratePerS } of floods) ratePerS.fill(0);
      side.begin(seed, options);
      rng = createRng(`attack ${seed}`);
      last = [0, 0, 0];
    },
    strike([entry = 0, rate = 0, alteration = 0]) {
      last = [entry, rate, alteration];
      for (const [at, { ratePerS }] of floods.entries())
        ratePerS[0] = at === entry ? rate * ratePerLevel * meanRatePerS : 0;
      const service = targets[entry]!;
      const ready = game.readings().ready[service]!;
      // Data that is not let in crashes nobody.
      const chance = alteration * crashPerLevel * game.twin.gates.admittedShare(0, service);
      let crashes = 0;
      for (let replica = 0; replica < ready; replica++) if (rng.uniform() < chance) crashes++;
      if (crashes > 0) game.twin.faults.kill(0, service, crashes);
    },
    see: () => seenByAttacker(topology, side, meanRatePerS),
    info: () => sumsOf(topology.services.map((_, service) => side.signals(service))),
    draw: () => `attack on ${topology.entries[last[0]!]!.service}: rate ${last[1]!}, alteration ${last[2]!}`,
  };
}

/** Of every service size, readiness, CPU and queue; arrivals, violations and latency at the entry; all in [0, 1]. */
function seenByAttacker({ services, objective }: Topology, { game }: ServiceGame, meanRatePerS: number): Float32Array {
  const seen = game.readings();
  const { desired, ready, cpu, queued } = seen;
  const ofServices = services.flatMap(({ maxReplicas, queueLimit }, service) => [
    desired[service]! / maxReplicas,
    ready[service]! / desired[service]!,
    cpu[service]!,
    queued[service]! / (maxReplicas * queueLimit),
  ]);
  const ofEntry = [
    seen.entryArrivalsPerS[0]! / (2 * rateLevels * meanRatePerS),
    seen.entryViolatingShare[0]!,
    seen.entryLatencyMs[0]! / (worstLatency * objective.p95Ms),
  ];
  return Float32Array.from([...ofServices, ...ofEntry], (share) => (share > 0 ? Math.min(1, share) : 0));
}

/** What all services together cost, broke and have. */
function sumsOf(signals: readonly Readonly<Record<string, number>>[]): AgentInfo {
  const names = Object.keys(signals[0]!);
  return Object.fromEntries(names.map((name) => [name, sumOf(signals.map((one) => one[name]!))]));
}
