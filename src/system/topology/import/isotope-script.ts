import { isPlainObject } from "../plain-object.ts";
import type { PathSegment } from "../path.ts";
import type { RawCall, RawEndpoint } from "../raw.ts";
import type { Reading } from "./foreign.ts";
import { goDurationMs } from "./units.ts";
import { countAt, expected, listAt, textAt } from "./values.ts";

type Path = readonly PathSegment[];
type Step = NonNullable<RawEndpoint["calls"]>[number];

/** What a service does for a request: its calls step by step, and all its waiting together. */
export type Script = { readonly steps: readonly Step[]; readonly sleepMs: number; readonly called: readonly string[] };

type Command = { readonly kind: "sleep"; readonly ms: number } | { readonly kind: "call"; readonly call: RawCall };

/** Steps one after another; a list in a list is a step whose commands run side by side. */
export function scriptOf(value: unknown, path: Path, reading: Reading): Script {
  const steps: Step[] = [];
  let sleepMs = 0;
  for (const [index, item] of listAt(value, path, reading.report).entries()) {
    const at = [...path, index];
    const commands = Array.isArray(item)
      ? item.flatMap((one, place) => commandOf(one, [...at, place], reading) ?? [])
      : [commandOf(item, at, reading) ?? []].flat();
    const calls = commands.flatMap((command) => (command.kind === "call" ? [command.call] : []));
    const waitMs = Math.max(0, ...commands.map((command) => (command.kind === "sleep" ? command.ms : 0)));
    if (calls.length > 0 && waitMs > 0) {
      reading.notes.add(at, "a sleep beside calls is left out");
      steps.push(stepOf(calls));
    } else if (calls.length > 0) steps.push(stepOf(calls));
    else {
      if (waitMs > 0 && steps.length > 0) reading.notes.add(at, "sleeps between calls come before the first call");
      sleepMs += waitMs;
    }
  }
  const called = steps.flatMap((step) => (step?.parallel ?? [step]).map((call) => call!.service!));
  return { steps, sleepMs, called };
}

function stepOf(calls: readonly RawCall[]): Step {
  return calls.length === 1 ? calls[0] : { parallel: calls };
}

function commandOf(value: unknown, path: Path, reading: Reading): Command | undefined {
  if (isPlainObject(value) && value["call"] !== undefined) return callOf(value["call"], [...path, "call"], reading);
  if (isPlainObject(value) && typeof value["sleep"] === "string") {
    const ms = goDurationMs(value["sleep"]);
    if (ms !== undefined) return { kind: "sleep", ms };
    expected('a duration such as "5ms"', value["sleep"], [...path, "sleep"], reading.report);
    return undefined;
  }
  expected("a sleep or a call", value, path, reading.report);
  return undefined;
}

function callOf(value: unknown, path: Path, reading: Reading): Command | undefined {
  if (typeof value === "string") return { kind: "call", call: { service: value } };
  const { report, notes } = reading;
  if (!isPlainObject(value)) {
    expected("the name of a service or an object", value, path, report);
    return undefined;
  }
  const service = textAt(value["service"], [...path, "service"], report);
  if (value["service"] === undefined) expected("the called service", undefined, [...path, "service"], report);
  if (value["size"] !== undefined) notes.add([...path, "size"], "sizes of requests are left out");
  if (value["hostname"] !== undefined) notes.add([...path, "hostname"], "host names are left out");
  if (value["extra-header"] !== undefined) notes.add([...path, "extra-header"], "headers are left out");
  const percent = countAt(value["probability"], 100, [...path, "probability"], report) ?? 0;
  if (service === undefined) return undefined;
  // As in isotope: no probability, and 0, are always.
  return { kind: "call", call: percent === 0 ? { service } : { service, probability: percent / 100 } };
}
