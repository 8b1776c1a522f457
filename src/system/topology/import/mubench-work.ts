import type { PlainObject } from "../plain-object.ts";
import type { PathSegment } from "../path.ts";
import type { Reading } from "./foreign.ts";
import { expected, listAt, numberAt, objectAt } from "./values.ts";

type Path = readonly PathSegment[];

export type InternalService = { readonly workMs: number; readonly sleepMs: number };

/** CPU time of muBench's digits of pi on one core, ms: a + b. @source measured, CPython 3.11, 5 to 1,000 digits, within 6 % */
const PI_MS = { perDigit: 0.0013, perSquaredDigit: 0.0000295 };

/** Bounds of karma's work, ms. */
const LEAST_WORK_MS = 0.01;
const MOST_WORK_MS = 60_000;

/** What a service does itself before it calls others: only the first function runs, as in muBench. */
export function workOf(value: unknown, path: Path, reading: Reading): InternalService {
  const { report, notes } = reading;
  const functions = objectAt(value, path, report);
  const [name, ...others] = Object.keys(functions);
  for (const other of others) notes.add([...path, other], "muBench runs only the first function of a service");
  if (name === undefined) return assumed(path, 0, reading);
  const at = [...path, name];
  const parameters = objectAt(functions[name], at, report);
  if (parameters["mean_response_size"] !== undefined || parameters["mean_bandwidth"] !== undefined) {
    notes.add(at, "sizes of requests and answers are left out");
  }
  if (name === "compute_pi") return measured(meanPiMs(parameters, at, reading), 0, at, reading);
  if (name === "loader") return loaderOf(parameters, at, reading);
  notes.add(at, "what the user's own Python does is not known");
  return assumed(at, 0, reading);
}

function loaderOf(parameters: PlainObject, path: Path, reading: Reading): InternalService {
  const { report, notes } = reading;
  for (const stress of ["memory_stress", "disk_stress"]) {
    if (objectAt(parameters[stress], [...path, stress], report)["run"] === true) {
      notes.add([...path, stress], `${stress.replace("_", " ")} is left out`);
    }
  }
  const sleep = objectAt(parameters["sleep_stress"], [...path, "sleep_stress"], report);
  const sleepS = numberAt(sleep["sleep_time"], [0, 60], [...path, "sleep_stress", "sleep_time"], report) ?? 0.01;
  // Sleep is muBench's only stress that runs when nothing is said.
  const sleepMs = sleep["run"] === false ? 0 : sleepS * 1_000;
  const at = [...path, "cpu_stress"];
  const cpu = objectAt(parameters["cpu_stress"], at, report);
  if (cpu["run"] !== true) return assumed(at, sleepMs, reading);
  const trials = numberAt(cpu["trials"], [0, 1e6], [...at, "trials"], report) ?? 1;
  const threads = numberAt(cpu["thread_pool_size"], [0, 1e4], [...at, "thread_pool_size"], report) ?? 1;
  // Every thread does all of the work, and Python's threads share one core.
  return measured(meanPiMs(cpu, at, reading) * trials * threads, sleepMs, at, reading);
}

/** Mean over the whole numbers of digits from the one end of the range to the other. */
function meanPiMs(parameters: PlainObject, path: Path, { report, notes }: Reading): number {
  const at = [...path, "range_complexity"];
  const range = listAt(parameters["range_complexity"], at, report);
  if (range.length !== 0 && range.length !== 2) expected("two numbers of digits", range, at, report);
  const [low = 100, high = 100] = range.map((one, index) => numberAt(one, [0, 100_000], [...at, index], report));
  if (high !== low) notes.add(at, "work that differs from request to request becomes its mean");
  const meanDigits = (low + high) / 2;
  const count = Math.max(1, Math.abs(high - low) + 1);
  // Mean square of evenly spread whole numbers.
  const meanSquare = meanDigits ** 2 + (count ** 2 - 1) / 12;
  return PI_MS.perDigit * meanDigits + PI_MS.perSquaredDigit * meanSquare;
}

function measured(workMs: number, sleepMs: number, path: Path, { notes }: Reading): InternalService {
  notes.add(
    path,
    "muBench's work is digits of pi: CPU time as measured in CPython 3.11 (100 digits: 0.42 ms of one core)",
  );
  return { workMs: Number(Math.min(MOST_WORK_MS, Math.max(LEAST_WORK_MS, workMs)).toPrecision(4)), sleepMs };
}

function assumed(path: Path, sleepMs: number, { notes, options }: Reading): InternalService {
  notes.add(path, `no CPU work is given: ${options.workMs} ms assumed`);
  return { workMs: options.workMs, sleepMs };
}
