import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { playSources } from "../../../src/app/evaluation/play-keys.ts";

/** Modules of src/ that a module imports for more than their types. */
function importsOf(file: string): string[] {
  const text = readFileSync(join("src", file), "utf8");
  const found = text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)";/gm);
  return [...found].map(([, path]) => join(dirname(file), path!));
}

function reachedFrom(entry: string): Set<string> {
  const reached = new Set([entry]);
  for (const file of reached) for (const imported of importsOf(file)) reached.add(imported);
  return reached;
}

test("a play is another play as soon as any module that takes part in it changes", () => {
  const keyed = new Set(
    playSources.flatMap((source) => globSync(source.endsWith(".ts") ? source : `${source}/**/*.ts`, { cwd: "src" })),
  );
  const reached = reachedFrom("app/evaluation/play-here.ts");
  expect(reached.size).toBeGreaterThan(50);
  expect([...reached].filter((file) => !keyed.has(file))).toEqual([]);
});
