import { createRequire } from "node:module";
import util from "node:util";
import { KarmaError } from "../core/errors.ts";
import type { TensorFlow } from "./tensors.ts";
import type { TfjsBackEnd } from "./tfjs-kernels.ts";

/** Loads a package by name; the module of the last name is TensorFlow.js. Throws as `require` does. */
type Load = (name: string) => unknown;

/** What of TensorFlow.js computes a back end, and the packages that bring it: any line does, loaded in order. */
const sources: Readonly<Record<TfjsBackEnd, { readonly engine: string; readonly packages: readonly string[][] }>> = {
  tfjs: { engine: "cpu", packages: [["@tensorflow/tfjs"], ["@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-core"]] },
  "tfjs-node": { engine: "tensorflow", packages: [["@tensorflow/tfjs-node"]] },
};

/**
 * TensorFlow.js, which is no dependency of karma: loaded when it is asked for, from the packages beside karma. All are
 * CommonJS, so that threads, which cannot wait, may load it too.
 *
 * @param load  `require` of this file unless told
 */
export function loadTensorFlow(backEnd: TfjsBackEnd, load: Load = createRequire(import.meta.url)): TensorFlow {
  const { engine, packages } = sources[backEnd];
  if (backEnd === "tfjs-node") giveBackToUtil();
  for (const names of packages) {
    const tf = tryLoad(names, load);
    if (tf === undefined) continue;
    try {
      // No advice on stderr to install another back end.
      tf.env().set("PROD", true);
      // Settled already: these engines need no time to start.
      void tf.setBackend(engine);
      // A package may load and then fail at the first operation.
      tf.tidy(() => tf.matMul(tf.ones([1, 1]), tf.ones([1, 1])).dataSync());
      return tf;
    } catch (error) {
      throw broken(names.at(-1)!, error);
    }
  }
  throw missing(backEnd, packages[0]![0]!);
}

/**
 * Node 23 took two functions away that tfjs-node still calls. Without them nothing of it works on the Node that karma needs.
 *
 * @source tensorflow/tfjs, issue 8609; mended by 8425, which no version has
 */
function giveBackToUtil(): void {
  const lost = { isArray: Array.isArray, isNullOrUndefined: (value: unknown) => value === undefined || value === null };
  for (const [name, value] of Object.entries(lost)) if (!(name in util)) Object.assign(util, { [name]: value });
}

function tryLoad(names: readonly string[], load: Load): TensorFlow | undefined {
  let loaded: unknown;
  for (const name of names) {
    try {
      loaded = load(name);
    } catch (error) {
      if (isAbsent(error, name)) return undefined;
      throw broken(name, error);
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what these packages export
  return loaded as TensorFlow;
}

/** Whether it is the package itself that is not there, and nothing that it needs. */
function isAbsent(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "MODULE_NOT_FOUND" &&
    error.message.includes(`'${name}'`)
  );
}

function missing(backEnd: TfjsBackEnd, name: string): KarmaError {
  const message = `expected the package ${name} for the back end ${backEnd}, found none`;
  return new KarmaError("TOOL_MISSING", message, `npm install ${name}, or train with --back-end wasm`);
}

function broken(name: string, cause: unknown): KarmaError {
  const reason = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
  const hint =
    name === "@tensorflow/tfjs-node"
      ? "it downloads a library while it installs: see that this worked, or train with --back-end tfjs or wasm"
      : "install it anew, or train with --back-end wasm";
  return new KarmaError("TOOL_FAILED", `${name} does not work here: ${reason}`, hint, { cause });
}
