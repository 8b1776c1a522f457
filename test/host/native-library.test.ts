import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KarmaError } from "../../src/core/errors.ts";
import { requireTrusted } from "../../src/host/native-library.ts";
import { createFolder } from "./folder.ts";

function refusalOf(path: string): KarmaError | undefined {
  try {
    requireTrusted(path);
    return undefined;
  } catch (error) {
    if (error instanceof KarmaError) return error;
    throw error;
  }
}

test("native kernels that were not built are asked for, and what does without them is named", () => {
  const refusal = refusalOf(join(createFolder(), "none.so"));
  expect(refusal).toMatchObject({ code: "TOOL_MISSING", message: expect.stringContaining("found none") });
  expect(refusal?.hint).toMatch(/npm run build:native.*--back-end wasm/);
});

test("a library is run only where nobody but its owner can write it", () => {
  const folder = createFolder();
  const path = join(folder, "kernels.so");
  writeFileSync(path, "");
  chmodSync(path, 0o555);
  chmodSync(folder, 0o755);
  expect(refusalOf(path)).toBeUndefined();
  chmodSync(path, 0o757);
  expect(refusalOf(path)?.message).toContain(`only its owner to be able to write ${path}`);
  chmodSync(path, 0o555);
  chmodSync(folder, 0o775);
  expect(refusalOf(path)?.message).toContain(`only its owner to be able to write ${folder}`);
});
