import { gunzipSync, gzipSync } from "node:zlib";
import type { LoadResult } from "./load-result.ts";
import type { LoadFlood, LoadSpec } from "./load-spec.ts";

/** Start times travel as steps of so many ms. */
const GRAIN_MS = 0.01;
/** Marks the line of a log in which a result stands. */
const RESULT_MARK = "karma-load-result ";

type Packed<Part extends LoadFlood> = Omit<Part, "startTimesMs"> & { readonly steps: readonly number[] };
type PackedSpec = Omit<Packed<LoadSpec>, "floods" | "workMs"> & {
  readonly floods: readonly Packed<LoadFlood>[];
  readonly workMs?: readonly number[];
};

/** A load as bytes, about two for each request. */
export function packSpec({ workMs, ...spec }: LoadSpec): Buffer {
  const packed: PackedSpec = {
    ...packTimes(spec),
    floods: (spec.floods ?? []).map(packTimes),
    ...(workMs === undefined ? {} : { workMs: Array.from(workMs) }),
  };
  return gzipSync(JSON.stringify(packed));
}

/** The same load; start times are off by half a grain at most. */
export function unpackSpec(bytes: Buffer): LoadSpec {
  const { workMs, ...packed } = JSON.parse(gunzipSync(bytes).toString("utf8")) as PackedSpec;
  return {
    ...unpackTimes(packed),
    floods: packed.floods.map(unpackTimes),
    ...(workMs === undefined ? {} : { workMs: Float64Array.from(workMs) }),
  };
}

function packTimes<Part extends LoadFlood>({ startTimesMs, ...rest }: Part): Packed<Part> {
  let before = 0;
  const steps = Array.from(startTimesMs, (ms) => {
    const at = Math.round(ms / GRAIN_MS);
    const step = at - before;
    before = at;
    return step;
  });
  return { ...rest, steps };
}

function unpackTimes<Part extends { readonly steps: readonly number[] }>({
  steps,
  ...rest
}: Part): Omit<Part, "steps"> & { readonly startTimesMs: Float64Array } {
  let at = 0;
  return { ...rest, startTimesMs: Float64Array.from(steps, (step) => (at += step) * GRAIN_MS) };
}

/** A result as one line of a log. */
export function resultLine(result: LoadResult): string {
  return `${RESULT_MARK}${JSON.stringify(result, plainArrays)}`;
}

/** Undefined where the log holds no result. */
export function findResult(log: string): LoadResult | undefined {
  const line = log.split("\n").findLast((one) => one.startsWith(RESULT_MARK));
  if (line === undefined) return undefined;
  const { latency, timeline, generator, ...rest } = JSON.parse(line.slice(RESULT_MARK.length)) as LoadResult;
  const { requests, violating, failed, latencyMs } = timeline;
  return {
    ...rest,
    generator: {
      ...generator,
      latenessP50Ms: numberOf(generator.latenessP50Ms),
      latenessP99Ms: numberOf(generator.latenessP99Ms),
    },
    latency: { counts: Float64Array.from(latency.counts) },
    timeline: {
      requests: Float64Array.from(requests),
      violating: Float64Array.from(violating),
      failed: Float64Array.from(failed),
      latencyMs: Float64Array.from(latencyMs),
    },
  };
}

/** JSON has no NaN: unknown became null. */
function numberOf(value: number | null): number {
  return value ?? Number.NaN;
}

function plainArrays(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value) : value;
}
