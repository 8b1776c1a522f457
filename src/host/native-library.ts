import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { KarmaError } from "../core/errors.ts";
import type { AddressedFunctions } from "../nn/addressed.ts";
import type { NativeLibrary } from "../nn/native.ts";
import { nativeLibraryPath } from "./native-place.ts";

/** Instruction sets that kernels are compiled for, the faster one first. */
export const nativeVariants = ["avx512", "avx2"] as const;
export type NativeVariant = (typeof nativeVariants)[number];

/** The part of koffi that is used here. */
type Koffi = { load(path: string): CLibrary };
type CLibrary = { func(name: string, result: string, parameters: readonly string[]): unknown };

/** Parameters of each: a an address, i a whole number, f a number. */
const signatures: Readonly<Record<keyof AddressedFunctions, string>> = {
  denseForward: "aaaaiiii",
  denseBackward: "aaaaaaiiii",
  activateForward: "iaai",
  activateBackward: "iaaai",
  normForward: "aaaaii",
  normBackward: "aaaaaaii",
  gruForward: "aaaaii",
  gruBackward: "aaaaaaaii",
  adam: "aaaifffffffff",
};
const types: Readonly<Record<string, string>> = { a: "int64", i: "int", f: "float" };
const otherwise = "or train with --back-end wasm";

const loaded = new Map<NativeVariant | undefined, NativeLibrary>();

/**
 * The kernels that `npm run build:native` compiled of the sources as they are now. Loaded once in each thread.
 *
 * @param variant  the best that this processor can run unless told; the bits are the same
 */
export function loadNativeLibrary(variant?: NativeVariant): NativeLibrary {
  const library = loaded.get(variant) ?? load(variant);
  loaded.set(variant, library);
  return library;
}

/** What this machine lacks for native kernels, in words; undefined where nothing is missing. */
export function nativeObstacle(variant?: NativeVariant): string | undefined {
  try {
    loadNativeLibrary(variant);
    return undefined;
  } catch (error) {
    if (error instanceof KarmaError) return error.message;
    throw error;
  }
}

function load(variant: NativeVariant | undefined): NativeLibrary {
  const path = nativeLibraryPath();
  requireTrusted(path);
  const library = koffi().load(path);
  const runnable = variantsOf(library);
  const chosen = variant ?? runnable[0];
  if (chosen === undefined || !runnable.includes(chosen))
    throw missing(`a processor with ${variant ?? "AVX2 or AVX-512"}, found one without`, otherwise);
  const functions = Object.entries(signatures).map(([name, parameters]) => {
    const list = Array.from(parameters, (letter) => types[letter]!);
    return [name, library.func(`${chosen}_${name}`, "void", list)] as const;
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the functions of kernels/native/, by name
  return { functions: Object.fromEntries(functions) as AddressedFunctions, addressOf: addressIn(library) };
}

function koffi(): Koffi {
  const require = createRequire(import.meta.url);
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what its documentation says
    return require("koffi") as Koffi;
  } catch (cause) {
    const what = "the npm package koffi, which calls them, found none that loads";
    throw missing(what, `npm install koffi, ${otherwise}`, cause);
  }
}

/** Nobody but who owns this package may have put there what is about to run in this process. */
export function requireTrusted(path: string): void {
  if (!existsSync(path))
    throw missing("them compiled from these sources, found none", `npm run build:native, ${otherwise}`);
  for (const each of [path, dirname(path)])
    if ((statSync(each).mode & 0o022) !== 0)
      throw missing(`only its owner to be able to write ${each}, found others can`, `chmod go-w ${each}, ${otherwise}`);
}

/** What this processor can run, the fastest first. */
function variantsOf(library: CLibrary): readonly NativeVariant[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- machine.c
  const best = (library.func("best_variant", "int", []) as () => number)();
  return nativeVariants.slice(nativeVariants.length - best);
}

function addressIn(library: CLibrary): (memory: Uint8Array) => number {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- machine.c
  const addressOf = library.func("address_of", "int64", ["void *"]) as (memory: Uint8Array) => number | bigint;
  return (memory) => Number(addressOf(memory));
}

function missing(what: string, hint: string, cause?: unknown): KarmaError {
  return new KarmaError("TOOL_MISSING", `native kernels: expected ${what}`, hint, { cause });
}
