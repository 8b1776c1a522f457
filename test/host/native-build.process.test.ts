import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { buildNativeKernels } from "../../src/host/native-build.ts";
import { requireTrusted } from "../../src/host/native-library.ts";
import { nativeAbsence } from "../nn/native-back-ends.ts";
import { createFolder } from "./folder.ts";

const absence = await nativeAbsence();
if (absence !== undefined) console.warn(`SKIPPED, NOT TESTED: a build of native kernels: ${absence}`);

async function buildWith(compiler: string, path: string): ReturnType<typeof buildNativeKernels> {
  vi.stubEnv("CC", compiler);
  try {
    return await buildNativeKernels(path);
  } finally {
    vi.unstubAllEnvs();
  }
}

test.skipIf(absence !== undefined)(
  "a build leaves one library that nobody may write, and is not done again",
  async () => {
    const path = join(createFolder(), "built", "kernels.so");
    const { compiler } = await buildNativeKernels(path);
    expect(compiler).toBeTypeOf("string");
    expect(readdirSync(dirname(path))).toEqual(["kernels.so"]);
    expect(statSync(path).mode & 0o222).toBe(0);
    expect(() => requireTrusted(path)).not.toThrow();
    expect(await buildNativeKernels(path)).toEqual({ path, compiler: undefined });
  },
);

test.skipIf(process.arch !== "x64")("where no compiler is, it is said which were looked for", async () => {
  const path = join(createFolder(), "kernels.so");
  await expect(buildWith("no-such-compiler", path)).rejects.toThrow(
    /expected a C compiler, found none .*no-such-compiler/,
  );
  expect(existsSync(path)).toBe(false);
});

test.skipIf(process.arch !== "x64")("a compiler that fails is quoted, and leaves nothing behind", async () => {
  const folder = createFolder();
  // Answers --version, and refuses all else.
  await expect(buildWith("bash", join(folder, "kernels.so"))).rejects.toThrow(/native kernels: bash failed\n.*invalid/);
  expect(readdirSync(folder)).toEqual([]);
});
