import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const launcher = fileURLToPath(new URL("../../bin/run.js", import.meta.url));
const digests = fileURLToPath(new URL("digests.ts", import.meta.url));
/** As `engines` says. */
const OLDEST = 20;

type Node = { readonly path: string; readonly version: string };

function pathsOf(variable: string): readonly string[] {
  return (process.env[variable] ?? "").split(delimiter).filter(Boolean);
}

/** The Node that runs this, those that KARMA_NODES names, and those in PATH; one of each version. */
function nodes(): readonly Node[] {
  const inPath = pathsOf("PATH").map((folder) => join(folder, "node"));
  const found = new Map<string, Node>();
  for (const path of [process.execPath, ...pathsOf("KARMA_NODES"), ...inPath.filter((one) => existsSync(one))]) {
    const version = spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.trim();
    if (Number(/^v(\d+)/.exec(version)?.[1]) >= OLDEST && !found.has(version)) found.set(version, { path, version });
  }
  return [...found.values()];
}

const [own, ...others] = nodes();
if (others.length === 0) {
  console.error(
    `\n  NOT TESTED: no Node but ${own!.version} is here to compare bytes with.` +
      "\n  KARMA_NODES=/path/to/node names others, divided as in PATH.\n",
  );
}

test.skipIf(others.length === 0).each(others)(
  `whoever has Node $version gets the bytes of ${own!.version}, of both twins and of a training`,
  ({ path }) => {
    expect(digestsUnder(path)).toEqual(digestsUnder(own!.path));
  },
);

function digestsUnder(node: string): unknown {
  const { stdout, stderr, status } = spawnSync(node, [launcher, digests], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}
