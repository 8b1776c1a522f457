import type { ApiCaller } from "../clusters/kubernetes/cluster/api-request.ts";
import { type Prerequisite, checkPrerequisites } from "../clusters/kubernetes/prerequisites.ts";
import { hasImage, openDocker } from "../clusters/kubernetes/up/docker.ts";
import {
  type MappedPort,
  freeNodePort,
  mappedPorts,
  portsInUse,
  refuseTakenPorts,
} from "../clusters/kubernetes/up/host-ports.ts";
import { ensureKindContext, listKindClusters } from "../clusters/kubernetes/up/kind.ts";
import { isBeingMade, isHalfMade, readKindRecord } from "../clusters/kubernetes/up/kind-record.ts";
import { keptNodePorts, usedNodePorts } from "../clusters/kubernetes/up/node-ports.ts";
import { KarmaError, type Problem } from "../core/errors.ts";
import { freeMemoryMiB } from "../host/machine.ts";
import { entryCount } from "./cluster-up-entries.ts";
import { type UpRun, reach, tools } from "./cluster-up-run.ts";
import { checkTarget } from "./cluster-up-target.ts";

/** What was found before anything was changed. */
export type UpChecked = {
  /** Of a cluster of kind. `half-made`: karma died while it made it. */
  readonly state: "missing" | "half-made" | "there";
  /** Port of the nodes for the first entry; none where entries are to be reached from inside the cluster alone. */
  readonly nodePort: number | undefined;
  /** Ports of the nodes that answer at 127.0.0.1; undefined where the nodes answer themselves. */
  readonly mapped: readonly MappedPort[] | undefined;
  /** Node ports beyond the entries' to map, for other topologies. */
  readonly sparePorts: number;
  readonly warnings: readonly Problem[];
};

/** Entries of other topologies that find a port on a cluster of kind. */
const SPARE_PORTS = 4;

export async function checkKind(run: UpRun): Promise<UpChecked> {
  const { plan, request } = run;
  const cluster = plan.cluster!;
  const record = readKindRecord(cluster);
  if (record !== undefined && isBeingMade(record)) {
    throw new KarmaError("NOT_READY", `another karma is making the cluster ${cluster}`, "try again when it is up");
  }
  const found = await checkPrerequisites(tools.run, neededMiB(run), freeMemoryMiB());
  requireMet(found.filter(({ name }) => name !== "memory"));
  await requireImage(run);
  const isThere = (await listKindClusters(tools.run)).includes(cluster);
  const isHalf = record !== undefined && isHalfMade(record);
  if (isThere && !isHalf) {
    if (record === undefined && request.cluster === undefined) throw notOurs(cluster);
    return checkExisting(run);
  }
  requireMet(found);
  return { ...(await checkNew(run)), state: isHalf ? "half-made" : "missing" };
}

function neededMiB({ plan }: UpRun): number {
  return plan.topology.services.reduce((sum, { memoryMiB, minReplicas }) => sum + memoryMiB * minReplicas, 0);
}

function requireMet(found: readonly Prerequisite[]): void {
  const lacking = found.filter(({ isMet }) => !isMet);
  if (lacking.length === 0) return;
  throw new KarmaError(
    "TOOL_MISSING",
    "this machine lacks what a cluster of kind needs:",
    "bash install.sh --cluster gets what is missing; karma cluster up --on local does without",
    { problems: lacking.map(({ name, found: what, fix }) => ({ path: name, message: `found ${what}; ${fix}` })) },
  );
}

/** An image that the user names has to be there: kind copies it from Docker. */
async function requireImage({ request: { image } }: UpRun): Promise<void> {
  if (image === undefined || (await hasImage(await openDocker(tools.run), image))) return;
  const message = `expected Docker to have the image ${image}, found none of that name`;
  throw new KarmaError("INPUT_INVALID", message, `docker pull ${image}; or leave --image out to build the mock`);
}

function notOurs(cluster: string): KarmaError {
  return new KarmaError(
    "NOT_READY",
    `a cluster of kind called ${cluster} is there already, and this karma did not make it`,
    `--cluster ${cluster} uses it; kind delete cluster --name ${cluster} removes it`,
  );
}

async function checkNew(run: UpRun): Promise<Omit<UpChecked, "state">> {
  const nodePort = portOnKind(run);
  const own = portsFrom(nodePort, entryCount(run.plan.topology));
  await refuseTakenPorts(own);
  const spare = portsFrom(nodePort + own.length, SPARE_PORTS);
  const [taken] = await portsInUse(spare);
  const sparePorts = taken === undefined ? spare.length : spare.indexOf(taken);
  const mapped = [...own, ...spare.slice(0, sparePorts)].map((port) => ({ nodePort: port, hostPort: port }));
  return { nodePort, mapped, sparePorts, warnings: [] };
}

/** Entries on kind always have one. */
function portOnKind({ plan }: UpRun): number {
  return plan.options.nodePort!;
}

function portsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

async function checkExisting(run: UpRun): Promise<UpChecked> {
  const { plan, request } = run;
  await ensureKindContext(tools, plan.cluster!);
  const { caller, ...reached } = await reach(plan.context);
  try {
    const warnings = await checkTarget(run, { caller, ...reached });
    const mapped = await mappedPorts(await openDocker(tools.run), plan.cluster!);
    const { own, taken } = await takenNodePorts(caller, run, mapped);
    const wanted = request.nodePort ?? own[0] ?? portOnKind(run);
    const nodePort = freeNodePort(mapped, taken, wanted, entryCount(plan.topology));
    if (nodePort === undefined || (request.nodePort ?? nodePort) !== nodePort) throw noPort(run, mapped, taken);
    return { state: "there", nodePort, mapped, sparePorts: 0, warnings };
  } finally {
    await caller.close();
  }
}

async function takenNodePorts(
  caller: ApiCaller,
  { plan }: UpRun,
  mapped: readonly MappedPort[],
): Promise<{ readonly own: readonly number[]; readonly taken: ReadonlySet<number> }> {
  const { own, others } = await usedNodePorts(caller, plan.namespace);
  const unseen = mapped.map(({ nodePort }) => nodePort).filter((port) => !others.has(port) && !own.includes(port));
  return { own, taken: new Set([...others, ...(await keptNodePorts(caller, unseen))]) };
}

function noPort({ plan, request }: UpRun, mapped: readonly MappedPort[], taken: ReadonlySet<number>): KarmaError {
  const free = mapped.map(({ nodePort }) => nodePort).filter((port) => !taken.has(port));
  const wanted = request.nodePort === undefined ? "a port" : `port ${request.nodePort}`;
  return new KarmaError(
    "NOT_READY",
    `expected ${wanted} of the nodes of ${plan.cluster} for ${entryCount(plan.topology)} entries that answers on this machine, found free: ${free.join(", ") || "none"}`,
    "karma cluster up without --cluster makes a cluster of its own for the topology",
  );
}
