import { expect, test } from "vitest";
import { findResult, packSpec, resultLine, unpackSpec } from "../../../src/clusters/load/load-codec.ts";
import type { LoadSpec } from "../../../src/clusters/load/load-spec.ts";
import { createTally } from "../../../src/clusters/load/tally.ts";
import { createRng } from "../../../src/core/rng.ts";
import { drawArrivalTimesMs } from "../../../src/system/workload/arrival-times.ts";

const entries = [{ url: "http://front:8080/work", share: 1 }];

function timesOf(ratePerS: number, seconds: number): Float64Array {
  const workload = { ratePerS: new Float64Array(seconds).fill(ratePerS), stepMs: 1_000, faults: [] };
  return drawArrivalTimesMs(workload, "poisson", createRng(1));
}

test("a load comes out as it went in, start times to the hundredth of a millisecond, at about two bytes a request", () => {
  const spec: LoadSpec = {
    entries,
    startTimesMs: timesOf(200, 600),
    floods: [{ entries, startTimesMs: timesOf(50, 10), seed: 3 }],
    workMs: Float64Array.of(12.5, 0.125),
    timeoutMs: 10_000,
    objectiveMs: 200,
    seed: 1,
    startAtEpochMs: 1_800_000_000_000,
  };
  const bytes = packSpec(spec);
  expect(bytes.length).toBeLessThan(2.5 * spec.startTimesMs.length);
  const { startTimesMs, floods, ...rest } = unpackSpec(bytes);
  const { startTimesMs: sent, floods: sentFloods, ...restSent } = spec;
  expect(rest).toEqual(restSent);
  expect(startTimesMs).toHaveLength(sent.length);
  expect(startTimesMs.every((ms, index) => Math.abs(ms - sent[index]!) < 0.0051)).toBe(true);
  expect(startTimesMs.every((ms, index) => index === 0 || ms >= startTimesMs[index - 1]!)).toBe(true);
  expect(floods![0]!.startTimesMs).toHaveLength(sentFloods![0]!.startTimesMs.length);
});

test("a result is found in a log among other lines, its arrays as they were", () => {
  const tally = createTally(100, 5_000);
  tally.end("ok", 10, 20);
  tally.end("ok", 3_000, 300);
  tally.endFlood("dropped");
  const result = tally.result({ startedAtEpochMs: 1, durationMs: 5_000, cpuMs: 3 });
  const log = `starting\n${resultLine(result)}\n`;
  expect(findResult(log)).toEqual(result);
  expect(findResult(log)!.flood).toMatchObject({ requests: 1, dropped: 1 });
  expect(findResult("out of memory")).toBeUndefined();
});
