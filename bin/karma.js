#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { isNewEnough, runUnderNewNode } from "./node24.js";

const main = new URL("../src/cli/main.ts", import.meta.url);
if (isNewEnough()) await import(main.href);
else runUnderNewNode([fileURLToPath(main), ...process.argv.slice(2)]);
