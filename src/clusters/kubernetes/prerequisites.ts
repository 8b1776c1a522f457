import type { RunTool, ToolAnswer } from "./run-tool.ts";

/** One thing that a cluster of kind needs, whether it is there, and how to get it. */
export type Prerequisite = {
  readonly name: "docker" | "kind" | "memory" | "cgroup";
  readonly isMet: boolean;
  readonly found: string;
  /** Empty where nothing is to be done. */
  readonly fix: string;
};

/** Memory of a control plane with one node, as kind runs it, MiB. */
const CONTROL_PLANE_MIB = 900;
/** kind whose node images have the Kubernetes that is tested. */
const LEAST_KIND: readonly [number, number] = [0, 24];

const GET = "bash install.sh --cluster";

type DockerInfo = {
  readonly serverVersion: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly cgroup: string;
};

/** Fields of `docker info`; older ones do not tell the version of cgroup. */
type DockerAnswer = {
  readonly ServerVersion?: string;
  readonly MemTotal?: number;
  readonly NCPU?: number;
  readonly CgroupVersion?: string;
};

/**
 * Everything that a cluster of kind needs, checked at once.
 *
 * @param neededMiB  memory that the topology's pods request
 * @param freeMiB  memory that is free on this machine
 */
export async function checkPrerequisites(
  run: RunTool,
  neededMiB: number,
  freeMiB: number,
): Promise<readonly Prerequisite[]> {
  const [docker, kind] = await Promise.all([
    run("docker", ["info", "--format", "{{json .}}"]),
    run("kind", ["version"]),
  ]);
  const info = readInfo(docker);
  const found = [info === undefined ? dockerLacks(docker) : dockerIsThere(info), kindCheck(kind)];
  return info === undefined ? found : [...found, memoryCheck(info, neededMiB, freeMiB), cgroupCheck(info)];
}

function dockerIsThere({ serverVersion, cpus, memoryMiB }: DockerInfo): Prerequisite {
  const found = `Docker ${serverVersion} with ${cpus} CPUs and ${Math.round(memoryMiB)} MiB`;
  return { name: "docker", isMet: true, found, fix: "" };
}

function dockerLacks({ isThere, stderr }: ToolAnswer): Prerequisite {
  const lack = { name: "docker", isMet: false } as const;
  if (!isThere) return { ...lack, found: "no docker", fix: `${GET} says how to get Docker; or use --on local` };
  if (stderr.includes("permission denied")) {
    const fix = "sudo usermod -aG docker $USER, then log in again; or use --on local";
    return { ...lack, found: "a Docker daemon that refuses this user", fix };
  }
  const said = stderr.trim().split("\n").at(-1) ?? "";
  const found = said === "" ? "no answer from the Docker daemon" : said;
  return { ...lack, found, fix: "start Docker (sudo systemctl start docker, or Docker Desktop), or use --on local" };
}

function kindCheck({ isThere, stdout, stderr }: ToolAnswer): Prerequisite {
  const version = /\bv(\d+)\.(\d+)\.\d+\S*/.exec(stdout);
  if (!isThere || version === null) {
    const found = isThere ? `a kind that says "${(stdout + stderr).trim()}"` : "no kind";
    return { name: "kind", isMet: false, found, fix: `${GET} gets it; or use --on local` };
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const isMet = major > LEAST_KIND[0] || (major === LEAST_KIND[0] && minor >= LEAST_KIND[1]);
  const fix = isMet ? "" : `kind v${LEAST_KIND.join(".")} or newer: ${GET} gets it where there is none`;
  return { name: "kind", isMet, found: `kind ${version[0]}`, fix };
}

/** Docker may run in a machine of its own that has less than this one. */
function memoryCheck({ memoryMiB }: DockerInfo, neededMiB: number, freeMiB: number): Prerequisite {
  const needed = Math.ceil(CONTROL_PLANE_MIB + neededMiB);
  const room = Math.floor(Math.min(memoryMiB, freeMiB));
  const isMet = room >= needed;
  const fix = isMet ? "" : "close something, lower ram, give Docker Desktop more memory, or use --on local";
  return { name: "memory", isMet, found: `${room} MiB free; the cluster needs ${needed}`, fix };
}

/** Kubernetes from 1.35 on does not start on cgroup v1 by default. */
function cgroupCheck({ cgroup }: DockerInfo): Prerequisite {
  const found = `cgroup v${cgroup}`;
  if (cgroup !== "1") return { name: "cgroup", isMet: true, found, fix: "" };
  const fix = "with cgroup v1 take a node image of Kubernetes 1.34 or older (--node-image kindest/node:v1.34.4)";
  return { name: "cgroup", isMet: true, found, fix };
}

/** Without a daemon, docker prints an object of empty fields. */
function readInfo({ exitCode, stdout }: ToolAnswer): DockerInfo | undefined {
  if (exitCode !== 0) return undefined;
  const info = JSON.parse(stdout) as DockerAnswer;
  return {
    serverVersion: info.ServerVersion ?? "",
    memoryMiB: (info.MemTotal ?? 0) / 2 ** 20,
    cpus: info.NCPU ?? 0,
    cgroup: info.CgroupVersion ?? "1",
  };
}
