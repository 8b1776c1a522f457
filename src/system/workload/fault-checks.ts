import { describe, quote } from "../topology/path.ts";
import type { Report } from "../topology/report.ts";
import {
  type Intensity,
  type LastingFaultKind,
  MOST_CRASHES,
  floodTargets,
  lastingKinds,
  memoryIntensity,
} from "./fault-kinds.ts";
import type { FaultResource, RawFault } from "./raw-scenario.ts";

/** Fields of a fault that is over at once, and of one that lasts. */
const killFields = ["at_s", "service", "count"] as const;
const lastingFields = ["target", "start_s", "duration_s", "intensity", "seed", "resource"] as const;

/** What single fields of the faults cannot say: which belong to which kind, in which bounds, and how they overlap. */
export function checkFaults(faults: readonly (RawFault | undefined)[], lengthS: number, report: Report): void {
  for (const [index, fault] of faults.entries()) {
    if (fault?.kind === undefined) continue;
    const say = (field: string, message: string): void => report.problem(["faults", index, field], message);
    if (fault.kind === "kill-pod") checkKill(fault, lengthS, say);
    else checkLasting(fault, fault.kind, lengthS, say);
  }
  checkOverlaps(faults, report);
}

type Say = (field: string, message: string) => void;

function checkKill(fault: RawFault, lengthS: number, say: Say): void {
  refuseFields(fault, lastingFields, say);
  if (fault.service === undefined) say("service", "expected the name of a service, found nothing");
  checkStart("at_s", fault.at_s, lengthS, say);
}

function checkLasting(fault: RawFault, kind: LastingFaultKind, lengthS: number, say: Say): void {
  refuseFields(fault, resourcesOf(kind).length > 0 ? killFields : [...killFields, "resource"], say);
  checkResource(fault, kind, say);
  checkTarget(fault, say);
  checkStart("start_s", fault.start_s, lengthS, say);
  if (fault.duration_s === undefined) say("duration_s", "expected a number of seconds above 0, found nothing");
  const intensity = intensityOf(fault, kind);
  if (fault.intensity !== undefined) checkIntensity(fault.intensity, intensity, kind, say);
  if (kind !== "crash" || fault.duration_s === undefined) return;
  const crashes = ((fault.intensity ?? intensity?.otherwise ?? 0) * fault.duration_s) / 60;
  if (crashes > MOST_CRASHES) {
    say("intensity", `expected at most ${MOST_CRASHES} crashes in all, found about ${Math.round(crashes)}`);
  }
}

/** Bounds and default of the intensity; undefined where the kind has none. */
export function intensityOf({ resource }: RawFault, kind: LastingFaultKind): Intensity | undefined {
  return kind === "contention" && resource === "memory" ? memoryIntensity : lastingKinds[kind];
}

/** Resources that a kind can be about; the first is the default. */
function resourcesOf(kind: LastingFaultKind): readonly FaultResource[] {
  if (kind === "contention") return ["cpu", "memory"];
  return kind === "bottleneck" ? ["work", "limit"] : [];
}

function checkResource({ resource }: RawFault, kind: LastingFaultKind, say: Say): void {
  const known = resourcesOf(kind);
  if (resource === undefined || known.length === 0 || known.includes(resource)) return;
  say("resource", `expected one of ${known.map(quote).join(", ")}, found ${quote(resource)}`);
}

function refuseFields(fault: RawFault, fields: readonly (keyof RawFault)[], say: Say): void {
  for (const field of fields) {
    if (fault[field] === undefined) continue;
    say(field, `expected no such field of ${fault.kind}, found ${describe(fault[field])}`);
  }
}

function checkStart(field: string, startS: number | undefined, lengthS: number, say: Say): void {
  if (startS === undefined) say(field, "expected a number of seconds, found nothing");
  else if (startS >= lengthS) say(field, `expected a time before the end (${lengthS} s), found ${startS}`);
}

function checkTarget({ kind, target }: RawFault, say: Say): void {
  if (kind !== "ddos") {
    if (target === undefined) say("target", "expected the name of a service, found nothing");
    return;
  }
  if (target === undefined || floodTargets.some((known) => known === target)) return;
  say("target", `expected one of ${floodTargets.map(quote).join(", ")}, found ${quote(target)}`);
}

function checkIntensity(found: number, intensity: Intensity | undefined, kind: string, say: Say): void {
  if (intensity === undefined) return say("intensity", `expected no such field of ${kind}, found ${found}`);
  const { min, max, unit, isWhole, isAboveMin } = intensity;
  const isIn = found <= max && (isAboveMin === true ? found > min : found >= min);
  if (isIn && (isWhole !== true || Number.isInteger(found))) return;
  const range = `${isAboveMin === true ? "(" : "["}${min}, ${max}]`;
  say("intensity", `expected a ${isWhole === true ? "whole " : ""}number (${unit}) in ${range}, found ${found}`);
}

/** Two faults of one kind at one place would have to be added up, and each cluster would do it in its own way. */
function checkOverlaps(faults: readonly (RawFault | undefined)[], report: Report): void {
  const endsS = new Map<string, { readonly index: number; readonly endS: number }>();
  const order = [...faults.keys()].sort((a, b) => (faults[a]?.start_s ?? 0) - (faults[b]?.start_s ?? 0));
  for (const index of order) {
    const fault = faults[index];
    if (fault?.kind === undefined || ["kill-pod", "crash", "ddos"].includes(fault.kind)) continue;
    const { kind, target, start_s: startS, duration_s: durationS } = fault;
    if (target === undefined || startS === undefined || durationS === undefined) continue;
    // Neighbours may take CPU and memory at the same time.
    const resource = kind === "contention" ? (fault.resource ?? "cpu") : "";
    const key = `${kind} ${target.toLowerCase()} ${resource}`;
    const before = endsS.get(key);
    if (before !== undefined && startS < before.endS) {
      const expected = `expected a start after the other ${kind} of ${quote(target)} (faults[${before.index}])`;
      report.problem(["faults", index, "start_s"], `${expected} is over at ${before.endS} s, found ${startS}`);
    }
    endsS.set(key, { index, endS: Math.max(before?.endS ?? 0, startS + durationS) });
  }
}
