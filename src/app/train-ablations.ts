import { join } from "node:path";
import { type TrainingPoint, convergedAfter } from "../evaluate/papers/convergence.ts";
import { KarmaError } from "../core/errors.ts";
import { sha256 } from "../host/hash.ts";
import { fileExists, readUserFile } from "../host/read.ts";
import { sourceHash } from "../host/source-hash.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import { playSources } from "./evaluation/play-keys.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { readRoles } from "./roles.ts";
import { type ReadRun, readRun, runFiles } from "./runs.ts";
import { train, trafficHash, type TrainRequest } from "./train.ts";

/** Rows that are compared seed by seed. */
export const hardRoles = "hard roles";
export const noOrganization = "no organization";

/** Rows of KARMA's ablation, and what each learns under: a shipped organization, or one agent without any. */
const ablations: readonly { readonly name: string; readonly roles: string | undefined }[] = [
  { name: "one agent, no organization", roles: undefined },
  { name: noOrganization, roles: "karma-none" },
  { name: "roles only", roles: "karma-roles" },
  { name: "missions only", roles: "karma-missions" },
  { name: "soft roles", roles: "karma-soft" },
  { name: hardRoles, roles: "karma-hard" },
];

export type AblationRequest = {
  readonly inputs: Inputs;
  readonly calibration: Calibration;
  readonly volumePerS: number;
  /** Of each training: control steps of all environments together. */
  readonly steps: number;
  readonly seed: number;
};

export type Ablation = ReadRun & {
  readonly name: string;
  /** Control steps after which it had learned most of what it did; undefined where that cannot be told. */
  readonly convergedSteps: number | undefined;
};

const KAPPA = 40;
/** One agent has 15 actions for each service, and a rollout keeps each action in a byte. */
const MOST_SERVICES = 17;

/** Trains every row, one after the other. What was trained before with the same code and inputs is taken from its run. */
export async function trainAblations(request: AblationRequest, host: Host): Promise<readonly Ablation[]> {
  const { services } = request.inputs.topology;
  if (services.length > MOST_SERVICES) {
    const message = `expected at most ${MOST_SERVICES} services for one agent, found ${services.length}`;
    throw new KarmaError("INPUT_INVALID", message, "leave --ablations out, or name a smaller topology");
  }
  const members = ablations.map(({ name, roles }) => ({ name, roles, member: memberOf(request, roles, host) }));
  const all: Ablation[] = [];
  for (const { name, roles, member } of members)
    all.push({ name, ...(await trainOne(request, roles ?? "one-agent", member, host)) });
  return all;
}

type Member = Pick<TrainRequest, "agents" | "organization">;

/** What is wrong with an organization on this topology is said before anything is trained. */
function memberOf({ inputs }: AblationRequest, roles: string | undefined, { cwd }: Host): Member {
  if (roles === undefined) return { agents: "one" };
  return { organization: readRoles({ cwd, roles, assign: [] }, inputs.topology) };
}

/** Folders and files of src/ whose code decides what a training gives. */
export const trainingSources: readonly string[] = [
  ...playSources,
  "app/run-record.ts",
  "app/start-training.ts",
  "app/train.ts",
  "app/train-loop.ts",
  "app/training-faults.ts",
  "app/training-game.ts",
  "app/training-gradients.ts",
  "app/training-kernels.ts",
  "app/training-parts.ts",
];

async function trainOne(
  { inputs, calibration, volumePerS, steps, seed }: AblationRequest,
  slug: string,
  member: Member,
  host: Host,
): Promise<Omit<Ablation, "name">> {
  const asked = { calibration, volumePerS, seed, steps, kappa: KAPPA, ...member };
  const { scenario, topologyHash } = inputs;
  const key = sha256(JSON.stringify([sourceHash(trainingSources), trafficHash(inputs), topologyHash, scenario, asked]));
  const path = join(host.cwd, "runs", "paper-karma", `${slug}-${key.slice(0, 8)}`);
  if (!fileExists(join(path, runFiles.checkpoint))) {
    const { timeScale } = calibration.timing;
    const request: TrainRequest = { ...asked, inputs, timeScale, backEnd: "wasm", runPath: path, isResumed: true };
    await train(request, host);
  }
  return { ...readRun(path), convergedSteps: convergedAfter(readMetrics(join(path, runFiles.metrics))) };
}

function readMetrics(path: string): readonly TrainingPoint[] {
  const lines = readUserFile(path, "training's metrics").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as TrainingPoint);
}
