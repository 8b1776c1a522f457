import { compileSource } from "../kernels/compile.js";
import { perCpuSecond } from "./cpu-speed.ts";

/** Twelve sums that stay in registers: products do not wait for each other. */
const sums = Array.from({ length: 12 }, (_, k) => `s${k}`);
const SOURCE = `export function multiplyAndAdd(times: i32, a: f32): f32 {
  const x = f32x4.splat(a);
  ${sums.map((sum, k) => `let ${sum} = f32x4.splat(${k});`).join("\n  ")}
  for (; times > 0; times--) {
    ${sums.map((sum) => `${sum} = f32x4.add(f32x4.mul(${sum}, x), x);`).join("\n    ")}
  }
  let all = s0;
  ${sums.map((sum) => `all = f32x4.add(all, ${sum});`).join("\n  ")}
  return f32x4.extract_lane(all, 0);
}`;
const OPTIONS = ["-O3", "--noAssert", "--enable", "simd", "--runtime", "stub", "--use", "abort="];
const TIMES = 10_000_000;
const FLOP = TIMES * sums.length * 4 * 2;

/** Measures how many additions and multiplications strict WebAssembly SIMD does here at most, a second of CPU time. */
export async function createWasmPeak(): Promise<() => number> {
  const module = new WebAssembly.Module(await compileSource(SOURCE, OPTIONS));
  const { exports } = new WebAssembly.Instance<{ multiplyAndAdd(times: number, a: number): number }>(module, {});
  return () =>
    perCpuSecond(() => {
      exports.multiplyAndAdd(TIMES, 0.5);
      return FLOP;
    });
}
