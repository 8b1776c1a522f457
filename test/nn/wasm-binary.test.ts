import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileModule, modules } from "../../kernels/build.js";

test.each(modules)(
  "the committed $target is what $source in kernels/ compiles to",
  { timeout: 60_000 },
  async (module) => {
    const committed = readFileSync(new URL(`../../${module.target}`, import.meta.url), "utf8");
    expect(await compileModule(module), "run: npm run build:kernels").toBe(committed);
  },
);
