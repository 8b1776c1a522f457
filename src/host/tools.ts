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
  return [nodeCheck(), coresCheck(), memoryCheck(), ...(await clusterChecks())];
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
    remedy: `this machine has ${cores}: use cluster up --on local --scale 0.1`,
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

const GET = "bash install.sh --cluster";

/** A program of which a command says what version is there; one that fails or hangs is as good as missing. */
async function programCheck(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  rest: Pick<ToolCheck, "neededFor" | "remedy">,
): Promise<ToolCheck> {
  const result = await execa(command, args, { reject: false, timeout: 5_000, stdin: "ignore" });
  const found = result.exitCode === 0 ? result.stdout.trim().split("\n")[0]! : "";
  return { name, ...(found === "" ? {} : { found }), isRequired: false, ...rest };
}

function clusterChecks(): Promise<readonly ToolCheck[]> {
  return Promise.all([
    programCheck("docker", ["docker", "version", "--format", "Docker {{.Server.Version}}"], {
      neededFor: "cluster up on kind; --on local does without",
      remedy: `a daemon that answers; ${GET} says how`,
    }),
    programCheck("kind", ["kind", "version"], {
      neededFor: "cluster up on kind; --on local does without",
      remedy: GET,
    }),
    programCheck("kubectl", ["kubectl", "version", "--client"], {
      neededFor: "looking at a cluster yourself; karma does without",
      remedy: GET,
    }),
  ]);
}
