import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./hash.ts";
import { packagePath } from "./package-files.ts";

/** Folder of the sources, and below it what was compiled of them: as trustworthy as the rest of this package. */
export const nativeSources: string = packagePath("kernels/native");
const builtFolder = join(nativeSources, "built");

/** One run of the compiler for each; the linker makes one library of all. */
export const nativeParts: readonly { readonly source: string; readonly options: readonly string[] }[] = [
  { source: "kernels.c", options: ["-DVARIANT=avx2", "-mavx2", "-mfma"] },
  { source: "kernels.c", options: ["-DVARIANT=avx512", "-mavx512f", "-mfma"] },
  { source: "machine.c", options: [] },
];

/** No product may meet a sum but where the source says so: compilers differ in what they would make of it. */
export const nativeOptions: readonly string[] = ["-O3", "-std=gnu11", "-fPIC", "-ffp-contract=off", "-Wall", "-Werror"];

/** Where the library of exactly these sources and options lies, if it was built. */
export function nativeLibraryPath(): string {
  const files = readdirSync(nativeSources)
    .filter((name) => /\.[ch]$/.test(name))
    .toSorted();
  const texts = files.map((name) => `${name}\n${readFileSync(join(nativeSources, name), "utf8")}`);
  const key = sha256([...texts, JSON.stringify([nativeParts, nativeOptions])].join("\n")).slice(0, 16);
  return join(builtFolder, `kernels-${process.platform}-${process.arch}-${key}.so`);
}
