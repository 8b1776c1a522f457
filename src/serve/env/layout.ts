import { sumOf } from "../../core/statistics.ts";
import { KarmaError } from "../../core/errors.ts";
import type { ParallelEnv } from "../../team/env/parallel/parallel-env.ts";
import type { Space, SpaceMask, SpaceValue } from "../../team/env/spaces/space.ts";
import { protocolVersion } from "./frames.ts";

/** A space whose members are rows of numbers of 32 bits: floats of a box, whole numbers else. */
export type FlatSpace = {
  readonly space: Exclude<Space, { readonly kind: "dict" | "tuple" }>;
  readonly isFloat: boolean;
  readonly length: number;
};

export type AgentLayout = {
  readonly name: string;
  readonly observation: FlatSpace;
  readonly action: FlatSpace;
  /** Bytes of its mask; 0 where it has none. */
  readonly maskBytes: number;
};

/** How the games of one connection lie in frames. */
export type BridgeLayout = {
  readonly batch: number;
  readonly agents: readonly AgentLayout[];
  readonly state: FlatSpace | undefined;
  readonly signals: readonly string[];
  /** Everything a client has to know, as it stands in the first frame. */
  readonly hello: object;
};

/** @param env  is reset once, to see who has a mask */
export function bridgeLayout(env: ParallelEnv, batch: number): BridgeLayout {
  const { metadata, possibleAgents, stateSpace } = env;
  const { infos } = env.reset(0);
  const agents = possibleAgents.map((name) => {
    const action = flatSpace(env.actionSpace(name), `action of ${name}`);
    const isMasked = infos[name]?.actionMask !== undefined;
    const observation = flatSpace(env.observationSpace(name), `observation of ${name}`);
    return { name, observation, action, maskBytes: isMasked ? maskBytesOf(action) : 0 };
  });
  const state = stateSpace === undefined ? undefined : flatSpace(stateSpace, "state");
  const signals = metadata.signals ?? [];
  const { id, renderModes, maxSteps } = metadata;
  const hello = {
    protocol: protocolVersion,
    id,
    renderModes,
    maxSteps,
    batch,
    signals,
    agents: agents.map(({ name, observation, action, maskBytes }) => ({
      name,
      observation: described(observation),
      action: described(action),
      maskBytes,
    })),
    state: state === undefined ? null : described(state),
  };
  return { batch, agents, state, signals, hello };
}

function flatSpace(space: Space, what: string): FlatSpace {
  switch (space.kind) {
    case "box":
      return { space, isFloat: true, length: space.low.length };
    case "discrete":
      return { space, isFloat: false, length: 1 };
    case "multi-discrete":
      return { space, isFloat: false, length: space.nvec.length };
    case "multi-binary":
      return { space, isFloat: false, length: space.n };
    case "dict":
    case "tuple":
      throw new KarmaError("INPUT_INVALID", `${what}: a ${space.kind} cannot cross the bridge`, "make it one box");
  }
}

function maskBytesOf({ space }: FlatSpace): number {
  if (space.kind === "discrete") return space.n;
  return space.kind === "multi-discrete" ? sumOf(space.nvec) : 0;
}

/** As JSON; infinite bounds as null. */
function described({ space }: FlatSpace): object {
  switch (space.kind) {
    case "box":
      return { kind: space.kind, shape: space.shape, low: bounds(space.low), high: bounds(space.high) };
    case "discrete":
      return { kind: space.kind, n: space.n, start: space.start };
    case "multi-discrete":
      return { kind: space.kind, nvec: [...space.nvec] };
    case "multi-binary":
      return { kind: space.kind, n: space.n };
  }
}

function bounds(all: Float32Array): (number | null)[] {
  return Array.from(all, (bound) => (Number.isFinite(bound) ? bound : null));
}

/** The numbers of a member. */
export function flatten(value: SpaceValue | undefined): ArrayLike<number> {
  if (typeof value === "number") return [value];
  if (ArrayBuffer.isView(value)) return value;
  throw new Error("a value of another kind than its space");
}

/** The member with these numbers. */
export function unflatten({ space }: FlatSpace, numbers: ArrayLike<number>): SpaceValue {
  switch (space.kind) {
    case "box":
      return Float32Array.from(numbers);
    case "discrete":
      return numbers[0]!;
    case "multi-discrete":
      return Int32Array.from(numbers);
    case "multi-binary":
      return Uint8Array.from(numbers);
  }
}

/** The bytes of a mask, one part behind the other; all ones where it is missing. */
export function flattenMask(mask: SpaceMask | undefined, bytes: number): Uint8Array {
  if (mask === undefined) return new Uint8Array(bytes).fill(1);
  if (mask instanceof Uint8Array) return mask;
  return Uint8Array.from(Object.values(mask).flatMap((part: SpaceMask) => Array.from(flattenMask(part, 0))));
}
