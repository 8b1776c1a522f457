import { type PathSegment, formatPath } from "../path.ts";

/** Something of the foreign file that the topology does not say, or says differently, or that had to be assumed. */
export type ImportNote = {
  readonly what: string;
  /** Where, in the foreign file. */
  readonly paths: readonly string[];
};

/** Collects notes; the same remark at many places is one note. */
export type Notes = {
  add(segments: readonly PathSegment[], what: string): void;
  all(): ImportNote[];
};

export function createNotes(): Notes {
  const places = new Map<string, string[]>();
  return {
    add(segments, what) {
      const paths = places.get(what) ?? [];
      paths.push(formatPath(segments));
      places.set(what, paths);
    },
    all: () => [...places].map(([what, paths]) => ({ what, paths })),
  };
}
