import type { PathSegment } from "./path.ts";
import type { RawEndpoint, RawService } from "./raw.ts";
import type { Call } from "./topology.ts";

/** Services on the way from the file to the topology, by their lower-case names, in file order. */
export type Draft = ReadonlyMap<string, ServiceDraft>;

export type ServiceDraft = {
  readonly name: string;
  readonly path: readonly PathSegment[];
  readonly raw: RawService;
  /** By name, in file order; never empty. */
  readonly endpoints: ReadonlyMap<string, EndpointDraft>;
};

export type EndpointDraft = {
  readonly name: string;
  readonly path: readonly PathSegment[];
  readonly raw: RawEndpoint;
  /** Filled while calls and connections are linked. */
  readonly steps: DraftCall[][];
};

/** A call, and where the file asks for it. */
export type DraftCall = { readonly path: readonly PathSegment[]; readonly call: Call };
