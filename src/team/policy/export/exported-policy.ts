import { KarmaError } from "../../../core/errors.ts";
import type { Gru, Layer, Network } from "../../../nn/network.ts";
import { scalingActions } from "../actions.ts";
import type { CarriedOrganization } from "../carried-organization.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { observedFeatures } from "../observe.ts";

/** A layer that gives the same for the same input, whatever came before. */
export type Memoryless = Exclude<Layer, Gru>;

/** A trained actor on its way to a foreign runtime: its network, and what whoever plays it must know. */
export type ExportedPolicy = {
  readonly network: Omit<Network, "layers"> & { readonly layers: readonly Memoryless[] };
  readonly weights: Float32Array;
  readonly notes: PolicyNotes;
};

/** JSON that travels inside every exported file. docs/policy.md says what the words mean. */
export type PolicyNotes = {
  readonly topology: string;
  /** In the order of the agents. */
  readonly services: readonly string[];
  /** Of a row of the input, in order. */
  readonly features: readonly string[];
  /** Of a row of the output, in order. */
  readonly actions: readonly { readonly of: string; readonly factor: number }[];
  /** What needs are multiplied by before they become features or sizes. */
  readonly headroom: number;
  readonly syncPeriodMs: number;
  /** Indices of actions that each agent must not take: [agents][...]. */
  readonly forbidden: readonly (readonly number[])[];
  /** Under which it was trained, as its file said, and who plays what; its rules are not in the network. */
  readonly organization?: CarriedOrganization;
  /** Ranges of the features in training; undefined where they were not looked at. */
  readonly seen?: { readonly low: readonly number[]; readonly high: readonly number[] };
};

/** Throws where the team remembers: what a runtime would have to keep between two calls is not part of these files. */
export function exportedPolicyOf({ network, weights, ...checkpoint }: Checkpoint): ExportedPolicy {
  const { topology, headroom, timing, forbidden, seen, organization } = checkpoint;
  const notes: PolicyNotes = {
    topology: topology.name,
    services: topology.services,
    features: observedFeatures,
    actions: scalingActions,
    headroom,
    syncPeriodMs: timing.syncPeriodMs,
    forbidden: forbidden ?? topology.services.map(() => []),
    ...(organization === undefined ? {} : { organization }),
    ...(seen === undefined ? {} : { seen: { low: seen.low, high: seen.high } }),
  };
  const layers = network.layers.filter((layer) => layer.kind !== "gru");
  if (layers.length < network.layers.length) throw remembers();
  return { network: { ...network, layers }, weights, notes };
}

function remembers(): KarmaError {
  const message = "expected a team without a memory, found one trained with --memory gru";
  return new KarmaError("INPUT_INVALID", message, "train without --memory, or play it with karma transfer");
}

/** A file of an export; its path is below the folder of the export. */
export type ExportedFile = { readonly path: string; readonly content: string | Uint8Array };
