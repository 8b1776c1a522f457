import { createHead } from "../../nn/create-head.ts";
import type { ActionSpace, Drawn, Head } from "../../nn/head.ts";
import type { Kernels, Vector } from "../../nn/kernels.ts";
import { backward, createScratch, forward, type MlpScratch } from "../../nn/mlp.ts";
import { memoryWidth, type Network } from "../../nn/network.ts";
import { createGather, type SampleWidths } from "./gather.ts";
import { headGradient } from "./head-gradient.ts";
import { actorGradient, createLossScratch, criticGradient } from "./ppo-losses.ts";

/** One actor for all agents, and the critic that only training needs: its input is the observation and the future. */
export type ActorCritic = {
  readonly actor: Network;
  readonly critic: Network;
  /** What the actor's outputs decide on; one of as many choices when left out. */
  readonly actionSpace?: ActionSpace;
  /** The critic is not shown the agent's own observation apart from what stands beside it. */
  readonly hidesOwn?: boolean;
  /** Of networks that remember; each sample is learnt from by itself when left out. */
  readonly sequences?: Sequences;
};

/** Steps of the same row that are learnt from together, in order; one begins where the one before ends. */
export type Sequences = {
  /** Of one sequence. */
  readonly steps: number;
  /** Agents x environments: so many samples further lies a row's next step. */
  readonly rows: number;
};

export function headOf({ actor, actionSpace }: Pick<ActorCritic, "actor" | "actionSpace">): Head {
  return createHead(actionSpace ?? { kind: "categorical", choices: actor.outputs });
}

/** How many of the critic's inputs, the first ones, are the agent's own observation. */
export function ownInputs({ actor, hidesOwn }: ActorCritic): number {
  return hidesOwn === true ? 0 : actor.inputs;
}

/** Everything the gradient of a mini-batch reads and writes. Memory of the caller's choice, so threads may share it. */
export type Batch = {
  /** Of the actor, then of the critic. */
  readonly parameters: Vector;
  /** [samples][observationSize] */
  readonly observations: Float32Array;
  /** What the critic sees beside the agent's own observation: [samples][...]. */
  readonly privileged: Float32Array;
  /** As the head remembers them: [samples][numbers of an action]. */
  readonly actions: Drawn;
  /** 1 where an action was allowed: [samples][actor's outputs]; empty where all always are. */
  readonly masks: Uint8Array;
  /** 1 where the agent took part: [samples]; empty where all always do. Nothing is learnt from the others. */
  readonly alive: Uint8Array;
  /** [samples] each, as are the next two. */
  readonly logProbabilities: Float64Array;
  readonly advantages: Float64Array;
  /** Standardised returns: what the critic is taught. */
  readonly targets: Float64Array;
  /** What the critic had said when the rollout was played, standardised as it did: [samples]; empty without a clip. */
  readonly values: Float64Array;
  /** What actor and critic remembered before each sequence: [sequences][width] each; empty where they remember nothing. */
  readonly actorMemory: Float64Array;
  readonly criticMemory: Float64Array;
  /** 1 where an episode begins, and nothing is remembered: [samples]; empty likewise. */
  readonly starts: Uint8Array;
  /** Sequences, or samples where nothing is remembered, in the order in which mini-batches take them. */
  readonly order: Int32Array;
  /** By actor and critic: [shards][parameters]. */
  readonly gradients: readonly Vector[];
  /** Sums over the samples of a shard, see {@link lossSums}: [shards][sums]. */
  readonly sums: readonly Float64Array[];
};

/** What decides how much memory a batch takes. */
export type BatchSize = {
  readonly samples: number;
  readonly shards: number;
  readonly isMasked: boolean;
  readonly isMortal?: boolean;
  readonly isValueClipped?: boolean;
};

export function createBatch(kernels: Kernels, networks: ActorCritic, size: BatchSize): Batch {
  const { actor, critic, sequences } = networks;
  const { samples, shards, isMasked, isMortal = false, isValueClipped = false } = size;
  const column = (): Float64Array => new Float64Array(samples);
  const inOrder = samples / (sequences?.steps ?? 1);
  return {
    parameters: kernels.vector(critic.endsAt),
    observations: new Float32Array(samples * actor.inputs),
    privileged: new Float32Array(samples * (critic.inputs - ownInputs(networks))),
    actions: headOf(networks).drawnColumn(samples),
    masks: new Uint8Array(isMasked ? samples * actor.outputs : 0),
    alive: new Uint8Array(isMortal ? samples : 0),
    logProbabilities: column(),
    advantages: column(),
    targets: column(),
    values: new Float64Array(isValueClipped ? samples : 0),
    actorMemory: new Float64Array(inOrder * memoryWidth(actor)),
    criticMemory: new Float64Array(inOrder * memoryWidth(critic)),
    starts: new Uint8Array(sequences === undefined ? 0 : samples),
    order: Int32Array.from({ length: inOrder }, (_, k) => k),
    gradients: Array.from({ length: shards }, () => kernels.vector(critic.endsAt)),
    sums: Array.from({ length: shards }, () => new Float64Array(lossSums.length)),
  };
}

export type LossOptions = {
  /** Beyond 1 ± this ratio of probabilities a sample teaches the actor nothing more. */
  readonly clip: number;
  /** Weight of the entropy bonus. */
  readonly entropyWeight: number;
  /** Errors of the critic beyond this weigh straight, not squared; in deviations of returns. Squared when left out. */
  readonly huber?: number;
  /** How far the critic may leave what it said in the rollout before that teaches it no more. As far as it likes when left out. */
  readonly valueClip?: number;
  /** Weight of the critic's loss; 1 when left out. Adam hardly knows it, but for the longest gradient. */
  readonly valueWeight?: number;
};

export const lossSums = [
  "policyLoss",
  "valueLoss",
  "entropy",
  "approximateKl",
  "clipped",
  "largestRatioError",
] as const;

/** What stands in `order[from ... to)`, divided among the shards; gradients are of the mean over all of its samples. */
export type MiniBatch = { readonly from: number; readonly to: number };

/** Computes all shards of a mini-batch before it returns. Which thread computes which shard changes nothing. */
export type ShardRunner = { run(miniBatch: MiniBatch): void };

/** Samples that go through the network at once: activations stay in the first-level cache. */
const blockRows = 32;
/** The same of sequences, whose steps all go through at once. */
const blockSequences = 16;

/** The computation of one shard, with scratch memory of its own: one for each thread. */
export type ShardComputer = (miniBatch: MiniBatch, shard: number) => void;

/** What a shard's computation needs; a worker thread makes its own kernels and copies the parameters to them. */
export type ShardSetup = {
  readonly kernels: Kernels;
  readonly networks: ActorCritic;
  readonly batch: Batch;
  readonly options: LossOptions;
};

export function createShardComputer({ kernels, networks, batch, options }: ShardSetup): ShardComputer {
  const { actor, critic, sequences, actionSpace } = networks;
  const head = actionSpace && headOf(networks);
  const steps = sequences?.steps ?? 1;
  const most = sequences === undefined ? blockRows : blockSequences;
  const actorScratch = createScratch(kernels, actor, most * steps);
  const criticScratch = createScratch(kernels, critic, most * steps);
  const lossScratch = createLossScratch(actor.outputs, most * steps);
  const inputs = { actor: actorScratch.input, critic: criticScratch.input };
  const gather = createGather(batch, widthsOf(networks), inputs);
  const inBlock = new Int32Array(most * steps);
  const shards = batch.gradients.length;

  return ({ from, to }, shard) => {
    const samples = (to - from) * steps;
    const first = from + Math.floor(((to - from) * shard) / shards);
    const end = from + Math.floor(((to - from) * (shard + 1)) / shards);
    const gradient = batch.gradients[shard]!;
    const sums = batch.sums[shard]!;
    gradient.fill(0);
    sums.fill(0);
    for (let at = first; at < end; at += most) {
      const count = Math.min(most, end - at);
      const block: Block = { samples: inBlock, rows: count * steps, of: samples };
      listSamples(batch, sequences, at, count, inBlock);
      gather(block);
      if (sequences !== undefined) recall(batch, networks, [actorScratch, criticScratch], at, count, block);
      forward(kernels, actor, batch.parameters, actorScratch, block.rows, steps);
      if (head === undefined) actorGradient(batch, options, actorScratch, lossScratch, block, sums);
      else headGradient(head, batch, options, actorScratch, block, sums);
      backward(kernels, actor, batch.parameters, gradient, actorScratch, block.rows, steps);
      forward(kernels, critic, batch.parameters, criticScratch, block.rows, steps);
      criticGradient(batch, options, criticScratch, lossScratch, block, sums);
      backward(kernels, critic, batch.parameters, gradient, criticScratch, block.rows, steps);
    }
  };
}

/** Samples that go through the networks together: the first `rows` of `samples`, of `of` that a mini-batch has. */
export type Block = { readonly samples: Int32Array; readonly rows: number; readonly of: number };

/** Samples of `order[at ... at + count)`: of sequences all first steps, then all second ones. */
function listSamples(
  { order }: Batch,
  sequences: Sequences | undefined,
  at: number,
  count: number,
  samples: Int32Array,
): void {
  if (sequences === undefined) return samples.set(order.subarray(at, at + count));
  const { steps, rows } = sequences;
  for (let k = 0; k < count; k++) {
    const first = firstSample(order[at + k]!, sequences);
    for (let step = 0; step < steps; step++) samples[step * count + k] = first + step * rows;
  }
}

/** Where a sequence begins; a sample is one by itself where nothing is remembered. */
export function firstSample(sequence: number, sequences: Sequences | undefined): number {
  if (sequences === undefined) return sequence;
  const { steps, rows } = sequences;
  return Math.floor(sequence / rows) * steps * rows + (sequence % rows);
}

/** Gives networks what they remembered where the sequences begin. */
function recall(
  { order, starts, actorMemory, criticMemory }: Batch,
  { actor, critic }: ActorCritic,
  scratches: readonly [MlpScratch, MlpScratch],
  at: number,
  count: number,
  { samples, rows }: Block,
): void {
  const widths = [memoryWidth(actor), memoryWidth(critic)];
  for (const [part, column] of [actorMemory, criticMemory].entries()) {
    const { before, starts: begun } = scratches[part]!.memory!;
    const width = widths[part]!;
    for (let k = 0; k < count; k++) {
      const from = order[at + k]! * width;
      before.set(column.subarray(from, from + width), k * width);
    }
    for (let row = 0; row < rows; row++) begun[row] = starts[samples[row]!]!;
  }
}

function widthsOf(networks: ActorCritic): SampleWidths {
  const own = ownInputs(networks);
  return { seen: networks.actor.inputs, own, beside: networks.critic.inputs - own };
}

/** All shards on this thread, one after another. */
export function runInProcess(setup: ShardSetup): ShardRunner {
  const compute = createShardComputer(setup);
  const shards = setup.batch.gradients.length;
  return {
    run(miniBatch) {
      for (let shard = 0; shard < shards; shard++) compute(miniBatch, shard);
    },
  };
}
