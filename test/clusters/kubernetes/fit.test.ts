import * as fc from "fast-check";
import { expect, test } from "vitest";
import { unfitting } from "../../../src/clusters/kubernetes/fit.ts";
import { generateArtifacts } from "../../../src/system/compile/generate.ts";
import { karmaChained, topologyOf } from "../../system/topology/fixtures.ts";
import { at, listAt, objectsIn } from "../../system/compile/objects.ts";

/** Four services: 500, 400, 600 and 700 millicores; 256, 512, 512 and 1,024 MiB; one replica each. */
const karma = topologyOf(karmaChained);
const small = { name: "kind-control-plane", cpuMilli: 1_050, memoryMiB: 8_000 };

test("what fits is no problem", () => {
  expect(unfitting(karma, [{ ...small, cpuMilli: 2_200 }], 1)).toEqual([]);
  expect(unfitting(karma, [small], 0.25)).toEqual([]);
});

test("what does not fit is said per service, with the share of the CPU at which it would", () => {
  const problems = unfitting(karma, [small], 1);
  expect(problems.map(({ path }) => path)).toEqual(["services.c", "services.a", "services.b"]);
  expect(problems[0]!.message).toBe(
    "expected room for 1 pod of 600m CPU and 512 MiB, found at most 1050m and 8000 MiB on one node; " +
      "with --request-share 0.45 everything fits",
  );
  expect(unfitting(karma, [small], 0.45)).toEqual([]);
  expect(unfitting(karma, [small], 0.5)).not.toEqual([]);
});

test("a pod is not divided between nodes", () => {
  const halves = [350, 350, 400, 400, 500, 300].map((cpuMilli, index) => ({
    name: `n${index}`,
    cpuMilli,
    memoryMiB: 2_000,
  }));
  expect(unfitting(karma, halves, 1).map(({ path }) => path)).toEqual(["services.d", "services.c"]);
});

test("memory is requested in full, and no share of the CPU helps where it lacks", () => {
  const [problem] = unfitting(karma, [{ ...small, cpuMilli: 8_000, memoryMiB: 1_000 }], 1);
  expect(problem).toMatchObject({ path: "services.d", message: expect.stringContaining("no --request-share helps") });
});

test("without nodes nothing fits", () => {
  expect(unfitting(karma, [], 1)).toHaveLength(4);
});

test("what is counted is what the manifests request", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1, noNaN: true }), (requestShare) => {
      const deployments = objectsIn(generateArtifacts(karma, { kubernetes: { requestShare } })).filter(
        ({ kind }) => kind === "Deployment",
      );
      const cpuMilli = deployments
        .map((object) => listAt(object, "spec.template.spec.containers")[0])
        .reduce<number>(
          (sum, container) => sum + Number.parseInt(String(at(container, "resources.requests.cpu")), 10),
          0,
        );
      expect(unfitting(karma, [{ name: "n", cpuMilli, memoryMiB: 2_304 }], requestShare)).toEqual([]);
      expect(unfitting(karma, [{ name: "n", cpuMilli: cpuMilli - 1, memoryMiB: 2_304 }], requestShare)).not.toEqual([]);
    }),
    { numRuns: 20 },
  );
});
