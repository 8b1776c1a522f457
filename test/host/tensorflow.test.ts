import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { loadTensorFlow } from "../../src/host/tensorflow.ts";

await import("@tensorflow/tfjs-backend-cpu");

/** As `require` where nothing but these is installed. */
function installed(packages: Readonly<Record<string, unknown>>): (name: string) => unknown {
  return (name) => {
    const found = packages[name];
    if (found === undefined)
      throw Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:`), { code: "MODULE_NOT_FOUND" });
    if (found instanceof Error) throw found;
    return found;
  };
}

test("TensorFlow.js is had from its package, or from its core with the CPU back end beside it", () => {
  expect(loadTensorFlow("tfjs", installed({ "@tensorflow/tfjs": tf }))).toBe(tf);
  const pair = { "@tensorflow/tfjs-backend-cpu": {}, "@tensorflow/tfjs-core": tf };
  expect(loadTensorFlow("tfjs", installed(pair))).toBe(tf);
  // Those that are beside karma here.
  expect(loadTensorFlow("tfjs").getBackend()).toBe("cpu");
});

test.each([
  { backEnd: "tfjs", name: "@tensorflow/tfjs" },
  { backEnd: "tfjs-node", name: "@tensorflow/tfjs-node" },
] as const)("without a package for $backEnd the error says what to install, and nothing else is taken", (each) => {
  const others = each.backEnd === "tfjs" ? { "@tensorflow/tfjs-node": tf } : { "@tensorflow/tfjs": tf };
  expect(() => loadTensorFlow(each.backEnd, installed(others))).toThrow(
    expect.objectContaining({
      code: "TOOL_MISSING",
      message: `expected the package ${each.name} for the back end ${each.backEnd}, found none`,
      hint: `npm install ${each.name}, or train with --back-end wasm`,
    }),
  );
});

test("a package that is there but does not load is not taken for a missing one", () => {
  const cause = Object.assign(new Error("Cannot find module 'libtensorflow.so'"), { code: "MODULE_NOT_FOUND" });
  expect(() => loadTensorFlow("tfjs-node", installed({ "@tensorflow/tfjs-node": cause }))).toThrow(
    expect.objectContaining({ code: "TOOL_FAILED", message: expect.stringContaining("libtensorflow.so"), cause }),
  );
});

test("tfjs-node finds what Node took out of node:util, and what is there stays", () => {
  const { inspect } = util;
  expect(() => loadTensorFlow("tfjs-node", installed({}))).toThrow(/none/);
  const { isArray, isNullOrUndefined } = util as unknown as Record<string, (value: unknown) => boolean>;
  expect([isArray!([]), isArray!({})]).toEqual([true, false]);
  expect([undefined, null, 0, ""].map((value) => isNullOrUndefined!(value))).toEqual([true, true, false, false]);
  expect(util.inspect).toBe(inspect);
});

test("a package that loads and cannot compute says so at once", () => {
  const cause = new TypeError("util_1.isSomething is not a function");
  const matMul = (): never => {
    throw cause;
  };
  const lame = { ...tf, setBackend: () => Promise.resolve(true), matMul };
  expect(() => loadTensorFlow("tfjs-node", installed({ "@tensorflow/tfjs-node": lame }))).toThrow(
    expect.objectContaining({ code: "TOOL_FAILED", message: expect.stringContaining("isSomething"), cause }),
  );
});
