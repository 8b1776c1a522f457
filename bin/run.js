// Runs a tool of node_modules/.bin, or a script of this repository, under a Node that is new enough.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runUnderNewNode } from "./node24.js";

const [target, ...args] = process.argv.slice(2);
if (target === undefined) {
  console.error("usage: node bin/run.js TOOL|FILE [ARGUMENT ...]");
  process.exit(1);
}
const isFile = /\.(ts|js|mjs)$/.test(target);
const path = isFile ? target : fileURLToPath(new URL(`../node_modules/.bin/${target}`, import.meta.url));
runUnderNewNode([realpathSync(path), ...args]);
