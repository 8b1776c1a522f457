/** The machine that all replicas run on, where it has too few cores for all of them to be at work at once. */
export type Node = {
  readonly cores: number;
  /** Threads at work: [replicas]; what is not there yet has none. */
  readonly atWork: number[];
  /** Their sum. */
  threads: number;
  /** Of a core, what each of them gets: threads at work share the cores equally, as the kernel's scheduler has it. */
  share: number;
};

export function createNode(cores: number): Node {
  return { cores, atWork: [], threads: 0, share: 1 };
}
