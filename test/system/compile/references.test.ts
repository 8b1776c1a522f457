import * as fc from "fast-check";
import { expect, test } from "vitest";
import { generateArtifacts } from "../../../src/system/compile/generate.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { karmaChained, topologyOf } from "../topology/fixtures.ts";
import { danglingIn } from "./dangling.ts";
import { type KubernetesObject, objectsIn } from "./objects.ts";

const everything = { kubernetes: { hpa: { cpuTargetPercent: 60 }, hasNetworkPolicy: true } };

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/);
const awkward = fc.constantFrom(
  "on",
  "no",
  "y",
  "null",
  "1e3",
  "0o7",
  "0x1f",
  "1",
  "007",
  "localhost",
  "2-fast",
  "x".repeat(40),
);
const name = fc.oneof(label, awkward).filter((text) => text !== "input" && text !== "output");

/** Services in a row, each calling some of those after it; those that nobody calls are entries. */
const topologies = fc
  .record({
    name,
    names: fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
    edges: fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 8 }),
    cpu: fc.integer({ min: 1, max: 64_000 }),
    startup: fc.constantFrom<unknown>(0, 5, { mean: 25, sd: 8, min: 8, max: 60 }),
  })
  .map(({ name: own, names, edges, cpu, startup }): Topology => {
    const forward = new Set(edges.filter(([a, b]) => a < b && b < names.length).map(([a, b]) => `${a} ${b}`));
    const services = names.map((service) => [service, { cpu, computation_throughput: 10, startup_s: startup }]);
    const calls = [...forward].map((edge) => edge.split(" ").map((index) => names[Number(index)]!));
    const called = new Set(calls.map(([, destination]) => destination));
    return topologyOf({
      name: own,
      services: Object.fromEntries(services),
      connections: [
        ...names.filter((one) => !called.has(one)).map((destination) => ({ source: "INPUT", destination })),
        ...calls.map(([source, destination]) => ({ source, destination })),
      ],
    });
  });

test("any topology becomes objects of different names whose references all lead somewhere", () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      const objects = objectsIn(generateArtifacts(topology, everything));
      expect(objects).toHaveLength(1 + 5 * topology.services.length);
      expect(danglingIn(objects)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("any topology gives the same bytes twice, at paths of their own", () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      const artifacts = generateArtifacts(topology, everything);
      expect(generateArtifacts(topology, everything)).toEqual(artifacts);
      expect(new Set(artifacts.map(({ path }) => path)).size).toBe(artifacts.length);
    }),
    { numRuns: 30 },
  );
});

test("two topologies on one cluster share no object, though their services have the same names", () => {
  const one = topologyOf(karmaChained);
  const both = [one, { ...one, name: "other" }].flatMap((topology) => objectsIn(generateArtifacts(topology)));
  expect(both).toHaveLength(2 * 13);
  const keys = both.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
  expect(new Set(keys).size).toBe(keys.length);
});

/** Each changes one thing of a whole topology's objects, as text. */
const planted: readonly (readonly [what: string, from: string, to: string, found: RegExp])[] = [
  [
    "a volume of a ConfigMap that is not there",
    '"configMap":{"name":"b-config"',
    '"configMap":{"name":"x"',
    /nothing at/,
  ],
  ["a mount of no volume", '{"name":"tmp","mountPath"', '{"name":"temp","mountPath"', /nothing at/],
  ["an upstream that is no Service", "http://b:8080", "http://bb:8080", /nobody at http:\/\/bb:8080/],
  ["a port that has another number", "http://b:8080", "http://b:80", /nobody at/],
  ["a name twice", '"name":"b-config","namespace"', '"name":"a-config","namespace"', /used twice/],
  ["a target port of no container", '"targetPort":"http"', '"targetPort":"web"', /no port web/],
  ["an HPA of nothing", '"kind":"Deployment","name":"c"', '"kind":"Deployment","name":"cc"', /scales no Deployment/],
  ["a namespace that is not there", '"namespace":"karma-test"', '"namespace":"default"', /no namespace default/],
  ["a probe of no port", '"path":"/healthz","port":"http"', '"path":"/healthz","port":"htp"', /livenessProbe/],
];

test.each(planted)("%s is found", (_what, from, to, found) => {
  const text = JSON.stringify(objectsIn(generateArtifacts(topologyOf(karmaChained), everything)));
  expect(text).toContain(from);
  const broken = JSON.parse(text.replace(from, to)) as readonly KubernetesObject[];
  expect(danglingIn(broken).join("\n")).toMatch(found);
});
