import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileKernels } from "../../kernels/build.js";

test("the committed binary is what the sources in kernels/ compile to", { timeout: 60_000 }, async () => {
  const committed = readFileSync(new URL("../../src/nn/wasm-binary.ts", import.meta.url), "utf8");
  expect(await compileKernels(), "run: npm run build:kernels").toBe(committed);
});
