import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { KarmaError } from "../core/errors.ts";
import { nativeLibraryPath, nativeOptions, nativeParts, nativeSources } from "./native-place.ts";
import { makeFolder, writeFailure } from "./user-files.ts";

const MOST_MS = 120_000;
const without = "karma trains without them too: --back-end wasm";

/**
 * Compiles the native kernels, unless these very ones lie there; gives the library's path and what compiled it now.
 *
 * @param path  where they are looked for when they are loaded, unless told
 */
export async function buildNativeKernels(
  path: string = nativeLibraryPath(),
): Promise<{ readonly path: string; readonly compiler: string | undefined }> {
  if (existsSync(path)) return { path, compiler: undefined };
  if (process.arch !== "x64" || process.platform === "win32")
    throw new KarmaError(
      "TOOL_MISSING",
      `native kernels: expected x86-64 on Linux or macOS, found ${process.arch} on ${process.platform}`,
      without,
    );
  const compiler = await findCompiler();
  const folder = dirname(path);
  makeFolder(folder);
  const scratch = scratchIn(folder);
  try {
    const library = await compile(compiler, scratch);
    chmodSync(library, 0o555);
    renameSync(library, path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { path, compiler };
}

function scratchIn(folder: string): string {
  try {
    chmodSync(folder, 0o755);
    return mkdtempSync(join(folder, "build-"));
  } catch (error) {
    throw writeFailure(error, folder);
  }
}

/** The one that `CC` names, else the first that answers. */
async function findCompiler(): Promise<string> {
  const named = process.env["CC"];
  const candidates = named === undefined ? ["cc", "gcc", "clang"] : [named];
  for (const candidate of candidates) {
    const { exitCode } = await execa(candidate, ["--version"], { reject: false, timeout: MOST_MS, stdin: "ignore" });
    if (exitCode === 0) return candidate;
  }
  throw new KarmaError(
    "TOOL_MISSING",
    `native kernels: expected a C compiler, found none (looked for ${candidates.join(", ")})`,
    `install gcc or clang (Debian: apt-get install gcc libc6-dev), or name one in CC; ${without}`,
  );
}

async function compile(compiler: string, scratch: string): Promise<string> {
  const objects: string[] = [];
  for (const [part, { source, options }] of nativeParts.entries()) {
    const object = join(scratch, `${part}.o`);
    await run(compiler, [...nativeOptions, ...options, "-c", join(nativeSources, source), "-o", object]);
    objects.push(object);
  }
  const library = join(scratch, "kernels.so");
  await run(compiler, ["-shared", ...objects, "-o", library]);
  return library;
}

async function run(compiler: string, args: readonly string[]): Promise<void> {
  const { exitCode, all } = await execa(compiler, args, {
    reject: false,
    all: true,
    timeout: MOST_MS,
    stdin: "ignore",
  });
  if (exitCode === 0) return;
  throw new KarmaError(
    "TOOL_FAILED",
    `native kernels: ${compiler} failed\n${all}`,
    `name another compiler in CC, gcc 9 or clang 12 and newer will do; ${without}`,
  );
}
