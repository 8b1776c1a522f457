import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseTopology } from "../../../src/system/topology/parse.ts";
import { topologyOf } from "./fixtures.ts";

const fieldNames = ["services", "a", "connections", "endpoints", "calls", "parallel", "cpu", "work_ms", "__proto__"];
const key = fc.oneof(fc.constantFrom(...fieldNames), fc.string({ maxLength: 8 }));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, -1, 0, 0.5, 7, 1e300, "", "a", "INPUT"),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
  ),
}));

test("any JSON gives a topology or problems, twice the same, never an exception", () => {
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(value);
      const decoded = parseTopology(text, "test.json");
      expect(parseTopology(text, "test.json")).toEqual(decoded);
      if (!decoded.ok) expect(decoded.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 400 },
  );
});

test("fields of the right names with any values give a topology or problems in one grammar", () => {
  const value = fc.oneof(fc.integer({ min: -2, max: 600 }), fc.constantFrom("a", "b", "INPUT", null, {}), tree);
  const service = fc.record(
    { cpu: value, ram: value, computation_throughput: value, max_replicas: value, startup_s: value, endpoints: value },
    { requiredKeys: [] },
  );
  const connection = fc.record(
    { source: value, destination: value, throughput: value, times: value },
    { requiredKeys: [] },
  );
  const services = fc.dictionary(fc.constantFrom("a", "b", "C"), service, { maxKeys: 3 });
  fc.assert(
    fc.property(services, fc.array(connection, { maxLength: 4 }), (some, connections) => {
      const decoded = parseTopology(JSON.stringify({ services: some, connections }), "test.json");
      if (!decoded.ok)
        expect(decoded.problems.filter(({ message }) => !/^expected .*found /.test(message))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("any text, as JSON and as YAML, gives problems and never an exception", () => {
  const signs = ["{", "}", "[", "]", '"', "'", ":", ",", "-", "#", " ", "\n", "\t", "&", "*", "!", "|", ">", "%", "a"];
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...signs) }));
  fc.assert(
    fc.property(text, fc.constantFrom("t.json", "t.yaml", "t"), (source, file) => {
      expect(parseTopology(source, file).ok).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test("every graph whose edges go one way is a topology with callers before callees", () => {
  const edge = fc.tuple(fc.nat(7), fc.nat(7)).filter(([from, to]) => from < to);
  const edges = fc.uniqueArray(edge, { selector: ([from, to]) => from * 8 + to, maxLength: 20 });
  const fileOrder = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 });
  fc.assert(
    fc.property(edges, fileOrder, (some, order) => {
      const services = Object.fromEntries(order.map((n) => [`s${n}`, { cpu: 100, computation_throughput: 10 }]));
      const connections = some.map(([from, to]) => ({ source: `s${from}`, destination: `S${to}` }));
      const names = topologyOf({ services, connections }).services.map(({ name }) => name);
      expect(names.toSorted()).toEqual(order.map((n) => `s${n}`).toSorted());
      const late = some.filter(([from, to]) => names.indexOf(`s${from}`) > names.indexOf(`s${to}`));
      expect(late).toEqual([]);
    }),
  );
});
