import { type Crew, startCrew } from "../host/crew.ts";
import type { BackEnd } from "../nn/kernels.ts";
import {
  type Batch,
  createShardComputer,
  type MiniBatch,
  type ShardRunner,
  type ShardSetup,
} from "../team/learn/ppo-gradient.ts";
import { trainingKernels } from "./training-kernels.ts";

export type GradientThreads = { readonly createRunner: (setup: ShardSetup) => ShardRunner; close(): Promise<void> };

/** Columns of a batch that a rollout fills and gradients read. */
type Columns = Omit<Batch, "parameters" | "gradients" | "sums">;

/** What a thread is started with: memory that all share, and what it needs to make a shard's computation of its own. */
export type GradientSetup = Omit<ShardSetup, "kernels" | "batch"> & {
  readonly backEnd: BackEnd;
  readonly columns: Columns;
  readonly parameters: Float64Array;
  /** [shards][parameters] */
  readonly gradients: readonly Float64Array[];
  /** [shards][sums] */
  readonly sums: readonly Float64Array[];
  readonly threads: number;
};

const ENTRY = new URL("./workers/gradient-worker.ts", import.meta.url);

/**
 * Spreads the shards of each mini-batch over threads. The bytes are the same for any number of them: who computes a shard
 * changes nothing, and their sum is made here, in order.
 *
 * @param workers  threads, this one included; more than there are shards are no use
 */
export function startGradientThreads(workers: number): GradientThreads {
  const crews: Crew[] = [];
  return {
    createRunner(own) {
      const setup = sharedSetup(own, Math.min(workers, own.batch.gradients.length));
      const crew = startCrew(ENTRY, setup, setup.threads - 1);
      crews.push(crew);
      return createRunner(own, setup, crew);
    },
    close: async () => void (await Promise.all(crews.map((crew) => crew.close()))),
  };
}

function createRunner(own: ShardSetup, setup: GradientSetup, crew: Crew): ShardRunner {
  const { batch } = own;
  const compute = createShardComputer(own);
  return {
    run(miniBatch) {
      // An epoch begins: the order of samples is another one, and perhaps the rollout too.
      if (miniBatch.from === 0) copyColumns(batch, setup.columns);
      setup.parameters.set(batch.parameters);
      const order = { kind: 0, first: miniBatch.from, second: miniBatch.to };
      crew.run(order, () => forShards(0, setup, (shard) => compute(miniBatch, shard)));
      for (let thread = 1; thread < setup.threads; thread++)
        forShards(thread, setup, (shard) => {
          batch.gradients[shard]!.set(setup.gradients[shard]!);
          batch.sums[shard]!.set(setup.sums[shard]!);
        });
    },
  };
}

function sharedNumbers({ length }: { readonly length: number }): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}

function sharedSetup({ kernels, batch, ...rest }: ShardSetup, threads: number): GradientSetup {
  const { parameters, gradients, sums, ...columns } = batch;
  const entries = Object.entries(columns).map(([name, column]) => [name, sharedLike(column)] as const);
  return {
    ...rest,
    backEnd: kernels.backEnd,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same names, and columns of the same types
    columns: Object.fromEntries(entries) as unknown as Columns,
    parameters: sharedNumbers(parameters),
    gradients: gradients.map(sharedNumbers),
    sums: sums.map(sharedNumbers),
    threads,
  };
}

type Column = Columns[keyof Columns];

function sharedLike(column: Column): Column {
  const buffer = new SharedArrayBuffer(column.byteLength);
  if (column instanceof Uint8Array) return new Uint8Array(buffer);
  if (column instanceof Uint16Array) return new Uint16Array(buffer);
  if (column instanceof Int32Array) return new Int32Array(buffer);
  return column instanceof Float32Array ? new Float32Array(buffer) : new Float64Array(buffer);
}

function copyColumns(from: Columns, to: Columns): void {
  for (const name of Object.keys(to) as (keyof Columns)[]) to[name].set(from[name]);
}

/** Shards of one thread; this one is the first. */
function forShards(
  thread: number,
  { threads, gradients }: Pick<GradientSetup, "threads" | "gradients">,
  work: (shard: number) => void,
): void {
  for (let shard = thread; shard < gradients.length; shard += threads) work(shard);
}

/** Another thread's side: its shards of one mini-batch after another, with kernels of its own. */
export function gradientMember(setup: GradientSetup, thread: number): (miniBatch: MiniBatch) => void {
  const { backEnd, columns, sums, networks, options } = setup;
  const kernels = trainingKernels(backEnd);
  const parameters = kernels.vector(setup.parameters.length);
  const gradients = setup.gradients.map(({ length }) => kernels.vector(length));
  const compute = createShardComputer({
    kernels,
    networks,
    options,
    batch: { ...columns, parameters, gradients, sums },
  });
  return (miniBatch) => {
    parameters.set(setup.parameters);
    forShards(thread, setup, (shard) => {
      compute(miniBatch, shard);
      setup.gradients[shard]!.set(gradients[shard]!);
    });
  };
}
