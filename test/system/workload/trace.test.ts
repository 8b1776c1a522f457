import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTrace } from "../../../src/system/workload/parse-trace.ts";
import {
  type Trace,
  rescaleTrace,
  traceLengthS,
  traceMeanPerS,
  traceRatePerS,
} from "../../../src/system/workload/trace.ts";

function traceOf(text: string, row?: number): Trace {
  const decoded = parseTrace(text, "t.csv", row);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.value;
}

function problemsOf(text: string, row?: number): readonly string[] {
  const decoded = parseTrace(text, "t.csv", row);
  return decoded.ok ? [] : decoded.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("a trace is read from every format, without its partial first and last interval", () => {
  test.each([
    [
      "minute,count with dates, no header",
      "1998-05-14 22:00,7\n1998-05-14 22:01,60\n1998-05-14 22:02,120\n1998-05-14 22:03,2\n",
      60,
    ],
    ["minute numbers, no header", "0,7\n1,60\n2,120\n3,2", 60],
    ["minute numbers under a header", "minute,count\n10,7\n11,60\n12,120\n13,2\n", 60],
    ["seconds under a header", "timestamp,value\n0,7\n30,30\n60,60\n90,2\n", 30],
    [
      "milliseconds of Unix time",
      "timestamp,value\n1700000000000,7\n1700000060000,60\n1700000120000,120\n1700000180000,2\n",
      60,
    ],
    [
      "dates with seconds and a header, Windows line ends",
      "timestamp,value\r\n2014-04-10T00:04:00Z,7.0\r\n2014-04-10 00:09:00,300.0\r\n2014-04-10 00:14:00,600\r\n2014-04-10 00:19:00,2\r\n",
      300,
    ],
    ["quoted cells", '"time","count"\n"0","7"\n"60","60"\n"120","120"\n"180","2"\n', 60],
  ])("%s", (_title, text, stepS) => {
    const trace = traceOf(text);
    expect([...trace.ratePerS]).toEqual([1, 2]);
    expect(trace.stepMs).toBe(stepS * 1_000);
  });

  test("a wide file: one row of minutes for each function, all of them whole", () => {
    const text = "HashOwner,Trigger,1,2,3\nx,queue,60,120,0\ny,http,0,0,60\n";
    expect([...traceOf(text).ratePerS]).toEqual([1, 2, 0]);
    expect([...traceOf(text, 2).ratePerS]).toEqual([0, 0, 1]);
    expect(problemsOf(text, 3)).toEqual([": expected a row in [1, 2], found 3"]);
  });

  test("missing intervals are filled by a straight line, and told", () => {
    const decoded = parseTrace("0,0\n1,60\n2,120\n5,480\n6,60\n7,0", "t.csv");
    expect(decoded.ok && [...decoded.value.ratePerS]).toEqual([1, 2, 4, 6, 8, 1]);
    expect(decoded.ok && decoded.warnings.map(({ message }) => message)).toEqual([
      "2 intervals are missing and were filled by a straight line",
    ]);
  });
});

test.each([
  ["nothing", "", [": expected four or more lines of time and count, found 0"]],
  ["too few lines", "0,1\n1,2\n2,3", [": expected four or more lines of time and count, found 3"]],
  [
    "a count that is none",
    "0,1\n1,x\n2,-3\n3,1",
    ['line 2: expected a count >= 0, found "x"', 'line 3: expected a count >= 0, found "-3"'],
  ],
  [
    "three columns",
    "0,1,2\n1,1,2",
    ['line 1: expected a time and a count, found "0,1,2"', 'line 2: expected a time and a count, found "1,1,2"'],
  ],
  ["a time that is none", "0,1\nnoon,1\n2,1\n3,1", ['line 2: expected a time such as 1998-05-14 22:00, found "noon"']],
  ["time going back", "0,1\n2,1\n1,1\n3,1", ['line 3: expected a later time than in the line before, found "1"']],
  ["only zeros", "0,5\n1,0\n2,0\n3,5", [": expected a count above 0 somewhere, found only zeros"]],
  ["years between minutes", "0,1\n1,1\n2,1\n9000000,1", [": expected at most a million intervals, found more"]],
  [
    "more holes than data",
    "0,1\n1,1\n2,1\n90,1",
    [": expected times at even distances, found 87 of 91 intervals missing at a step of 60 s"],
  ],
  ["a short row", "f,1,2,3\nx,1,2", ["line 2: expected 3 minutes, found 2"]],
  ["a bad cell in a row", "f,1,2,3\nx,1,2,NaN", ['line 2: expected a count >= 0, found "NaN"']],
])("a broken trace is refused with its line: %s", (_title, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

test("any text gives a trace or problems, never an exception", () => {
  const signs = ["0", "1", "9", ",", "\n", "-", ":", " ", ".", "a", '"'];
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...signs), maxLength: 60 })), (text) => {
      const decoded = parseTrace(text, "t.csv");
      if (decoded.ok) expect(decoded.value.ratePerS.every((rate) => rate >= 0 && Number.isFinite(rate))).toBe(true);
      else expect(decoded.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 1_000 },
  );
});

test("rescaling gives the wanted mean and keeps the form", () => {
  const trace = rescaleTrace({ ratePerS: Float64Array.of(1, 3, 2), stepMs: 60_000 }, 100);
  expect(traceMeanPerS(trace)).toBeCloseTo(100, 9);
  expect([...trace.ratePerS]).toEqual([50, 150, 100]);
});

test("between the middles of intervals the rate is a straight line, and behind the end it begins again", () => {
  const trace = { ratePerS: Float64Array.of(10, 20), stepMs: 60_000 };
  expect([30, 60, 90, 120, 150].map((timeS) => traceRatePerS(trace, timeS))).toEqual([10, 15, 20, 15, 10]);
});

const data = process.env["KARMA_DATA"] ?? "../shared/data";
const hasData = existsSync(join(data, "traces"));
if (!hasData) console.warn(`SKIPPED: no traces under ${data}; KARMA_DATA names the folder that has them`);

describe.skipIf(!hasData)("real traces", () => {
  test.each([20, 24, 27, 28])("day %d of the World Cup is a whole day of minutes without its partial ends", (day) => {
    const trace = traceOf(read(`worldcup98_day${day}_1.csv`));
    expect(trace.stepMs).toBe(60_000);
    expect(traceLengthS(trace)).toBe(1_439 * 60);
    expect(Math.min(...trace.ratePerS)).toBeGreaterThan(1);
  });

  test("requests at a load balancer, every five minutes for two weeks", () => {
    const trace = traceOf(read("nab_elb_request_count.csv"));
    expect(trace.stepMs).toBe(300_000);
    expect(traceLengthS(trace)).toBeGreaterThan(13.5 * 86_400);
  });

  test("functions by row", () => {
    const file = read("azure_functions_invocations.csv");
    const first = traceOf(file, 1);
    expect(first.ratePerS).toHaveLength(1_440);
    expect(first.ratePerS[0]).toBeCloseTo(5 / 60, 9);
    expect(problemsOf(file, 5)).toEqual([": expected a row in [1, 4], found 5"]);
  });
});

function read(name: string): string {
  return readFileSync(join(data, "traces", name), "utf8");
}
