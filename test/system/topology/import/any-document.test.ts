import * as fc from "fast-check";
import { expect, test } from "vitest";
import { foreignFormats, importTopology } from "../../../../src/system/topology/import/import-topology.ts";

const names = fc.constantFrom(
  "a",
  "b",
  "services",
  "script",
  "call",
  "sleep",
  "name",
  "external_services",
  "__proto__",
);
const words = fc.constantFrom("a", "b", "5ms", "2%", "250m", "http", "constructor", "");

const fields = [
  "isEntrypoint",
  "numReplicas",
  "errorRate",
  "probability",
  "service",
  "defaults",
  "internal_service",
  "loader",
  "cpu_stress",
  "range_complexity",
  "seq_len",
  "probabilities",
  "workers",
  "cpu-limits",
] as const;

/** Documents that look a little like either format. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -2, max: 200 }),
    words,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(names, fc.constantFrom(...fields)), tie("value"), { maxKeys: 4 }),
  ),
}));

test.each(foreignFormats)(
  "any document is a topology or a list of problems to %s, never a crash",
  (format) => {
    fc.assert(
      fc.property(fc.dictionary(names, value, { maxKeys: 4 }), (document) => {
        const decoded = importTopology(JSON.stringify(document), "graph.json", { workMs: 1, format });
        if (!decoded.ok) expect(decoded.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  },
  60_000,
);
