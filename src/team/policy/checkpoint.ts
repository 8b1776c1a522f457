import type { Timing } from "../../control/loop/timing.ts";
import { KarmaError, type Problem } from "../../core/errors.ts";
import type { BackEnd } from "../../nn/kernels.ts";
import { defineNetwork, type Network, type NetworkStyle } from "../../nn/network.ts";
import { createStructureCheck } from "../../system/topology/structure.ts";
import { actionVersion, scalingActions } from "./actions.ts";
import { checksumOf, numbersFromBase64, numbersToBase64 } from "../../core/base64.ts";
import { type CarriedOrganization, carriedProblems } from "./carried-organization.ts";
import { checkpointFormat, checkpointSchema } from "./checkpoint-schema.ts";
import { observationSize, observationVersion } from "./observe.ts";
import type { SeenRanges } from "./seen.ts";

/** A trained actor and everything needed to play it again, or to train it again. */
export type Checkpoint = {
  readonly topology: {
    readonly name: string;
    readonly hash: string;
    /** In the order of the agents. */
    readonly services: readonly string[];
  };
  /** Of the clock it was trained on. */
  readonly timing: Timing;
  /** What feed-forward needs are multiplied by before anything else; measured on the twin it was trained on. */
  readonly headroom: number;
  readonly training: TrainingRecord;
  /** Kernels it was trained with. */
  readonly backEnd: BackEnd;
  readonly network: Network;
  /** The network's parameters. */
  readonly weights: Float32Array;
  /** `one` agent decides for all services, one service at a time; an agent of its own for each when left out. */
  readonly agents?: "one";
  /** What the agents saw in training; live, what lies outside is reason for doubt. */
  readonly seen?: SeenRanges;
  /** Under which it was trained; its rules and authority hold wherever the team plays. */
  readonly organization?: CarriedOrganization;
  /** Actions each agent must never take, whatever happens: [agents][...], indices. They hold live too. */
  readonly forbidden?: readonly (readonly number[])[];
};

/** Which loop trained it. */
export type Algorithm = "ippo" | "mappo";

/** How it came about: enough to get the same bytes again. */
export type TrainingRecord = {
  readonly algorithm: Algorithm;
  readonly seed: number;
  /** Control steps of all environments together. */
  readonly steps: number;
  /** Options of the learner and of the environment, as they were. */
  readonly config: Readonly<Record<string, unknown>>;
};

/** The checkpoint as it stands in the file. */
type CheckpointDocument = Omit<Checkpoint, "network" | "weights"> & {
  readonly format: typeof checkpointFormat;
  readonly observation: string;
  readonly action: string;
  /** Widths of inputs, hidden layers and outputs; what stands between them. */
  readonly network: { readonly sizes: readonly number[] } & NetworkStyle;
  readonly weights: { readonly checksum: string; readonly base64: string };
};

/** The same checkpoint gives the same text: no time, no machine, no order by chance. */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { topology, timing, headroom, training, backEnd, network, weights } = checkpoint;
  const base64 = numbersToBase64(weights);
  const document: CheckpointDocument = {
    format: checkpointFormat,
    observation: observationVersion,
    action: actionVersion,
    backEnd,
    topology,
    timing,
    headroom,
    training,
    network: { sizes: network.sizes, ...network.style },
    weights: { checksum: checksumOf(base64), base64 },
    ...extrasOf(checkpoint),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

type Extras = Pick<Checkpoint, "agents" | "seen" | "organization" | "forbidden">;

function extrasOf({ agents, seen, organization, forbidden }: Extras): Extras {
  return {
    ...(agents === undefined ? {} : { agents }),
    ...(seen === undefined ? {} : { seen }),
    ...(organization === undefined ? {} : { organization }),
    ...(forbidden === undefined ? {} : { forbidden }),
  };
}

export type DecodedCheckpoint =
  | { readonly ok: true; readonly value: Checkpoint }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const checkStructure = createStructureCheck(checkpointSchema);

/** Reads what {@link encodeCheckpoint} wrote; says all that is wrong with anything else. */
export function decodeCheckpoint(text: string): DecodedCheckpoint {
  const document = parseJson(text);
  if (document === undefined) return refuse("", "expected JSON, found text that is cut off or no JSON");
  const problems = checkStructure(document).map(({ path, message }) => ({ path, message }));
  if (problems.length > 0) return { ok: false, problems };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema describes exactly this type
  return decodeDocument(document as CheckpointDocument);
}

/** As {@link decodeCheckpoint}, but throws what is wrong. */
export function readCheckpoint(text: string, path: string): Checkpoint {
  const decoded = decodeCheckpoint(text);
  if (decoded.ok) return decoded.value;
  const hint = "it may be cut off or of another version: train again, or name another checkpoint";
  const { problems } = decoded;
  throw new KarmaError("INPUT_INVALID", `${path} is no usable checkpoint`, hint, { problems });
}

function decodeDocument(document: CheckpointDocument): DecodedCheckpoint {
  const { topology, timing, headroom, training, backEnd, network, weights, observation, action } = document;
  if (observation !== observationVersion) return refuse("observation", differs(observationVersion, observation));
  if (action !== actionVersion) return refuse("action", differs(actionVersion, action));
  const [inputs, outputs] = [network.sizes[0]!, network.sizes.at(-1)!];
  const rows = document.agents === "one" ? topology.services.length : 1;
  const [seen, choices] = [rows * observationSize, rows * scalingActions.length];
  if (inputs !== seen || outputs !== choices)
    return refuse("network.sizes", differs(`${seen} to ${choices}`, `${inputs} to ${outputs}`));
  const { sizes, ...style } = network;
  const defined = defineNetwork(sizes, style);
  const numbers = numbersFromBase64(weights.base64);
  if (numbers?.length !== defined.endsAt)
    return refuse("weights.base64", differs(`${defined.endsAt} numbers`, `${numbers?.length ?? "none"}`));
  if (checksumOf(weights.base64) !== weights.checksum)
    return refuse("weights.base64", "expected the numbers that were written, found others: the file is damaged");
  if (!numbers.every(Number.isFinite)) return refuse("weights.base64", "expected finite numbers, found others");
  const extras = extrasOf(document);
  const problems = extrasProblems(extras, topology.services.length);
  if (problems.length > 0) return { ok: false, problems };
  const value = { topology, timing, headroom, training, backEnd, network: defined, weights: numbers, ...extras };
  return { ok: true, value };
}

function extrasProblems(extras: Extras, agents: number): readonly Problem[] {
  const { seen, organization, forbidden } = extras;
  const alone = { path: "organization", message: "expected none beside one agent for all services, found one" };
  return [
    ...(extras.agents !== undefined && organization !== undefined ? [alone] : []),
    ...(seen === undefined ? [] : seenProblems(seen)),
    ...(organization === undefined ? [] : carriedProblems(organization, agents)),
    ...(forbidden === undefined ? [] : forbiddenProblems(forbidden, agents)),
  ];
}

function seenProblems({ low, high }: SeenRanges): readonly Problem[] {
  if (low.length === observationSize && high.length === observationSize) return [];
  return [{ path: "seen", message: differs(`${observationSize} features`, `${low.length}, ${high.length}`) }];
}

function forbiddenProblems(forbidden: NonNullable<Extras["forbidden"]>, agents: number): readonly Problem[] {
  if (forbidden.length !== agents)
    return [{ path: "forbidden", message: differs(`${agents} agents`, `${forbidden.length}`) }];
  const isChoice = forbidden.every((each) => scalingActions.some((_, action) => !each.includes(action)));
  const areActions = forbidden.flat().every((action) => action < scalingActions.length);
  if (isChoice && areActions) return [];
  const message = `expected actions below ${scalingActions.length}, and one left for each agent`;
  return [{ path: "forbidden", message }];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function differs(expected: string, found: string): string {
  return `expected ${expected}, found ${found}; train again with this version`;
}

function refuse(path: string, message: string): DecodedCheckpoint {
  return { ok: false, problems: [{ path, message }] };
}
