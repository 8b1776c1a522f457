import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { trainingSources } from "../../src/app/train-ablations.ts";
import { packagePath } from "../../src/host/package-files.ts";

/** What these say, refuse or name changes nothing of what is learned. */
const harmless: readonly string[] = [
  "app/evaluation/refuse-training.ts",
  "app/evaluation/trace-windows.ts",
  "app/run-metrics.ts",
  "app/runs.ts",
];

/** Paths below src/ that a file imports at run time. */
function importsOf(file: string): string[] {
  const text = readFileSync(packagePath(`src/${file}`), "utf8");
  return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)"/gm)].map(([, path]) =>
    normalize(join(dirname(file), path!)),
  );
}

function reachedFrom(file: string, reached: Set<string> = new Set()): ReadonlySet<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const next of importsOf(file)) reachedFrom(next, reached);
  return reached;
}

test("a training is done anew when any file changed that decides what it gives", () => {
  const own = [...reachedFrom("app/train.ts")].filter((file) => file.startsWith("app/"));
  expect(own).toContain("app/train-loop.ts");
  const known = new Set([...trainingSources, ...harmless]);
  expect(own.filter((file) => !known.has(file))).toEqual([]);
});

test("every source of a training is there", () => {
  const root = packagePath("src");
  const found = (source: string): boolean => globSync(source, { cwd: root }).length === 1;
  expect(trainingSources.filter((source) => !found(source))).toEqual([]);
});
