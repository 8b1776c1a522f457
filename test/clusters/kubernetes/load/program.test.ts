import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { loadJob } from "../../../../src/clusters/kubernetes/load/load-job.ts";
import { keyOf, programFiles, readProgram } from "../../../../src/clusters/kubernetes/load/program.ts";

/** Files that a file loads when it runs; types are gone by then. */
function importsOf(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  const found = [...text.matchAll(/^import (?!type )[^;]*?from "(\.[^"]+)";/gms)];
  return found.map(([, target]) => normalize(join(dirname(path), target!)));
}

test("everything that the generator imports travels with it, and nothing else", () => {
  const needed = new Set([programFiles[0]!]);
  for (const path of needed) for (const imported of importsOf(path)) needed.add(imported);
  expect([...needed].sort()).toEqual(programFiles.toSorted());
});

test("files have keys of their own that a ConfigMap takes, well below its limit", () => {
  const program = readProgram();
  expect(Object.keys(program)).toHaveLength(programFiles.length);
  for (const key of Object.keys(program)) expect(key).toMatch(/^[-._a-zA-Z0-9]{1,253}$/);
  expect(JSON.stringify(program).length).toBeLessThan(100_000);
});

test("the Job mounts each file at its place, ends by itself, and may do nothing that a mock may not", () => {
  const job = JSON.parse(JSON.stringify(loadJob("x", "image:1", 100.2))) as {
    spec: {
      activeDeadlineSeconds: number;
      backoffLimit: number;
      template: { spec: { volumes: { configMap: { items: object[] } }[]; containers: object[] } };
    };
  };
  expect(job.spec).toMatchObject({ activeDeadlineSeconds: 101, backoffLimit: 0 });
  const { items } = job.spec.template.spec.volumes[0]!.configMap;
  expect(items).toContainEqual({ key: keyOf("src/core/rng.ts"), path: "src/core/rng.ts" });
  expect(job.spec.template.spec).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true },
    containers: [{ securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } } }],
  });
});
