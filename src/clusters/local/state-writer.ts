import { type ClusterState, writeState } from "./state.ts";

/** Keeps `state.json` up to date without writing it more often than the disk follows. */
export type StateWriter = {
  /** Writes what `read` says, now or as soon as the write at work is done; resolves when that is on the disk. */
  update(): Promise<void>;
  /** No write starts after this; resolves when the last one is over. */
  stop(): Promise<void>;
};

export function createStateWriter(
  directory: string,
  read: () => ClusterState,
  onError: (error: unknown) => void,
): StateWriter {
  const next = { isDue: false, isStopped: false };
  let atWork: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    while (next.isDue && !next.isStopped) {
      next.isDue = false;
      await writeState(directory, read());
    }
    atWork = undefined;
  };
  return {
    update() {
      next.isDue = true;
      atWork ??= write().catch(onError);
      return atWork;
    },
    async stop() {
      next.isStopped = true;
      await atWork;
    },
  };
}
