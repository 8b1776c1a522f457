import { KarmaError } from "../../../core/errors.ts";
import { type KindTools, createKindCluster, deleteKindCluster, isNameTaken, listKindClusters } from "./kind.ts";
import {
  type KindRecord,
  claimKindRecord,
  isHalfMade,
  readKindRecord,
  removeKindRecord,
  writeKindRecord,
} from "./kind-record.ts";

/** The right to make a cluster of kind, which no other karma has at the same time. */
export type ClusterClaim = {
  make(config: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Takes back what was made; a cluster that turned out to be another's stays. */
  drop(): Promise<void>;
};

/** @throws KarmaError where another karma makes the cluster, or somebody has made it since it was looked for */
export async function claimCluster(tools: KindTools, cluster: string): Promise<ClusterClaim> {
  const found = readKindRecord(cluster);
  const isAfterDead = found !== undefined && isHalfMade(found);
  if (found !== undefined && !isAfterDead && !(await isGone(tools, found))) throw madeByAnother(cluster);
  if (!claimKindRecord(cluster, found)) throw madeByAnother(cluster);
  let isOwn = isAfterDead;
  if (!isAfterDead && (await isThere(tools, cluster))) {
    removeKindRecord(cluster);
    throw madeByAnother(cluster);
  }
  return {
    async make(config, onLine, signal) {
      if (isAfterDead) await deleteKindCluster(tools, cluster);
      isOwn = true;
      try {
        await createKindCluster(tools, cluster, config, onLine, signal);
      } catch (error) {
        isOwn = !isNameTaken(error);
        throw error;
      }
      await writeKindRecord({ cluster, isOwn: true, isComplete: true });
    },
    async drop() {
      if (isOwn) await deleteKindCluster(tools, cluster);
      removeKindRecord(cluster);
    },
  };
}

/** True where somebody deleted the cluster of a record, without karma. */
async function isGone({ run }: KindTools, { cluster, isComplete }: KindRecord): Promise<boolean> {
  return isComplete && !(await listKindClusters(run)).includes(cluster);
}

/** Without an answer the claim is given back. */
async function isThere(tools: KindTools, cluster: string): Promise<boolean> {
  try {
    return (await listKindClusters(tools.run)).includes(cluster);
  } catch (error) {
    removeKindRecord(cluster);
    throw error;
  }
}

function madeByAnother(cluster: string): KarmaError {
  const message = `somebody else is making the cluster ${cluster}, or has just made it`;
  return new KarmaError("NOT_READY", message, "try again when it is up; karma cluster status shows it");
}
