import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeBelow } from "../../../src/host/write.ts";
import { type GenerateOptions, generateArtifacts } from "../../../src/system/compile/generate.ts";
import { topologyOf } from "../topology/fixtures.ts";

/**
 * What is generated from shipped topologies, byte by byte. After a wanted change:
 * `UPDATE_GOLDEN=1 node bin/run.js vitest run test/system/compile/golden.test.ts`, then read the difference.
 */
const golden = join(import.meta.dirname, "../../golden");
const isUpdate = process.env["UPDATE_GOLDEN"] === "1";

type Case = { readonly folder: string; readonly topology: string; readonly options: GenerateOptions };

const cases: readonly Case[] = [
  { folder: "karma-two-services", topology: "karma-two-services", options: {} },
  { folder: "karma-chained", topology: "karma-chained", options: {} },
  { folder: "chained-wide", topology: "chained-wide", options: {} },
  {
    folder: "karma-chained-all-options",
    topology: "karma-chained",
    options: {
      kubernetes: {
        image: "registry.example:5000/mocks/karma@sha256:0123456789abcdef",
        requestShare: 0.25,
        nodePort: 30_080,
        hpa: { cpuTargetPercent: 60 },
        hasNetworkPolicy: true,
        seed: 7,
      },
      kind: { clusterName: "shared", nodeImage: "kindest/node:v1.34.4", workers: 2, hostPort: 8_080 },
    },
  },
  {
    folder: "karma-two-services-monitoring",
    topology: "karma-two-services",
    options: { monitoring: { others: ["karma-shop"] } },
  },
];

describe.each(cases)("$folder", ({ folder, topology, options }) => {
  const artifacts = generateArtifacts(named(topology), options);
  const root = join(golden, folder);

  test("is what it was, byte by byte", async () => {
    if (isUpdate) {
      rmSync(root, { recursive: true, force: true });
      await writeBelow(root, artifacts);
    }
    expect(existsSync(root), "no golden files: write them with UPDATE_GOLDEN=1").toBe(true);
    for (const { path, content } of artifacts) expect(read(join(root, path)), path).toBe(content);
  });

  test("has no file more and none less", () => {
    const files = globSync("**/*", { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
    const found = files.map((entry) => join(entry.parentPath, entry.name));
    expect(found.toSorted()).toEqual(artifacts.map(({ path }) => join(root, path)).toSorted());
  });
});

function named(topology: string): ReturnType<typeof topologyOf> {
  return { ...topologyOf(readFileSync(`topologies/${topology}.json`, "utf8")), name: topology };
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "(no such file)";
}
