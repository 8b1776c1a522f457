import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parsePrometheusText } from "../../../src/clusters/metrics/prometheus-text.ts";

const all = (): boolean => true;

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

test("samples with and without labels, timestamps and special values are read", () => {
  const text = [
    "# HELP up Whether it is up",
    "# TYPE up gauge",
    "up 1",
    'http_requests_total{endpoint="work",code="200"} 1027 1395066363000',
    'latency_bucket{le="+Inf"} 3e2',
    "infinite +Inf",
    "unknown NaN",
    "",
  ].join("\n");
  expect(parsePrometheusText(text, all)).toEqual([
    { name: "up", labels: {}, value: 1 },
    { name: "http_requests_total", labels: { endpoint: "work", code: "200" }, value: 1027 },
    { name: "latency_bucket", labels: { le: "+Inf" }, value: 300 },
    { name: "infinite", labels: {}, value: Infinity },
    { name: "unknown", labels: {}, value: Number.NaN },
  ]);
});

test("escaped quotes, backslashes, newlines and braces in a label's value are read", () => {
  expect(parsePrometheusText(String.raw`x{a="\"q\" \\ \n }",b=","} 2`, all)).toEqual([
    { name: "x", labels: { a: '"q" \\ \n }', b: "," }, value: 2 },
  ]);
});

test("line separators that end no line of the format are part of a label's value", () => {
  const value = "a\u2028b\u2029c\rd\u0085e";
  expect(parsePrometheusText(`x{a="${value}"} 2`, all)).toEqual([{ name: "x", labels: { a: value }, value: 2 }]);
});

test("lines that are no samples are skipped, and the others are still read", () => {
  const text = "nonsense\nx\nx {\nx{a=} y\nx one\n{} 1\ngood 7\r";
  expect(parsePrometheusText(text, all)).toEqual([{ name: "good", labels: {}, value: 7 }]);
});

test("only samples with a wanted name are read", () => {
  const text = 'cpu 1\ncpu_seconds 2\ncpu{core="0"} 3';
  expect(parsePrometheusText(text, (name) => name === "cpu").map(({ value }) => value)).toEqual([1, 3]);
});

test("any label value comes back as it was written", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.double({ noNaN: true, noDefaultInfinity: true }), (value, number) => {
      const read = parsePrometheusText(`x{a="${escape(value)}"} ${number}`, all);
      expect(read).toEqual([{ name: "x", labels: { a: value }, value: number === 0 ? expect.closeTo(0) : number }]);
    }),
  );
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parsePrometheusText(text, all);
    }),
  );
});
