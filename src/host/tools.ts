import { availableParallelism, freemem, totalmem } from "node:os";
import { execa } from "execa";

/** One thing karma can use on this machine. */
export type ToolCheck = {
  readonly name: string;
  /** What was found, in words; undefined when it is missing. */
  readonly found?: string;
  readonly isRequired: boolean;
  readonly neededFor: string;
  /** How to get it; said when it is missing. */
  readonly remedy: string;
};

const NEEDED_NODE: readonly [number, number] = [24, 12];

export async function checkTools(): Promise<readonly ToolCheck[]> {
  return [nodeCheck(), coresCheck(), memoryCheck(), await dockerCheck()];
}

function nodeCheck(): ToolCheck {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  return {
    name: "node",
    ...(isNew ? { found: `${process.version} (${process.execPath})` } : {}),
    isRequired: true,
    neededFor: "everything",
    remedy: "bash install.sh",
  };
}

function coresCheck(): ToolCheck {
  const cores = availableParallelism();
  return {
    name: "cores",
    ...(cores >= 2 ? { found: String(cores) } : {}),
    isRequired: false,
    neededFor: "cluster up and demo: the services, their load and the control loop run side by side",
    remedy: `this machine has ${cores}: use cluster up --scale 0.1`,
  };
}

function memoryCheck(): ToolCheck {
  const totalGiB = totalmem() / 1024 ** 3;
  const freeGiB = freemem() / 1024 ** 3;
  return {
    name: "memory",
    ...(freeGiB >= 2 ? { found: `${freeGiB.toFixed(1)} of ${totalGiB.toFixed(1)} GiB free` } : {}),
    isRequired: false,
    neededFor: "cluster up and demo: a replica takes about 80 MiB",
    remedy: `${freeGiB.toFixed(1)} GiB are free: stop other programs, or lower max_replicas`,
  };
}

async function dockerCheck(): Promise<ToolCheck> {
  const result = await execa("docker", ["version", "--format", "{{.Server.Version}}"], {
    reject: false,
    timeout: 5_000,
  });
  return {
    name: "docker",
    ...(result.exitCode === 0 ? { found: result.stdout.trim() } : {}),
    isRequired: false,
    neededFor: "nothing yet: clusters are local processes",
    remedy: "https://docs.docker.com/engine/install",
  };
}
