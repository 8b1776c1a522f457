import type { Explained } from "../app/explain.ts";
import type { DecisionLine, RunLine, Seen } from "../control/loop/decision-log.ts";
import { sizeText } from "./size-text.ts";
import { figure, percent } from "./table.ts";

/** One decision in words: what was seen, wanted, allowed, and what came of it. */
export function explainText({ atMs, decision, effect }: Explained, run: RunLine): string {
  const { service, seen } = decision;
  const rows: readonly (readonly [string, string])[] = [
    ["seen", seen === null ? "nothing: the cluster could not be observed" : `${seenText(seen)}; ${entryText(seen)}`],
    ...doubtRows(decision),
    ["wanted", wantedText(decision, run)],
    ...ruledRows(decision, run),
    ["guard", guardText(decision, run)],
    [
      "then",
      effect === undefined
        ? "not known: the run ended before"
        : `${after(effect.afterMs)} ${seenText(effect.seen)}; ${entryText(effect.seen)}`,
    ],
  ];
  return [
    `${clock(atMs)}  ${service} ${sizeText(decision)}`,
    ...rows.map(([name, text]) => `    ${name.padEnd(6)} ${text}`),
  ].join("\n");
}

function seenText({ ready, desired, cpu, arrivalsPerS, queued }: Seen): string {
  return [
    `${count(ready)} of ${count(desired)} replicas ready`,
    `CPU ${cpu === null ? "unknown" : percent(cpu)} of its request`,
    `${count(arrivalsPerS)} requests/s`,
    `${count(queued)} waiting or in work`,
  ].join(", ");
}

function entryText({ entryViolatingShare, entryLatencyMs }: Seen): string {
  const violating = entryViolatingShare === null ? "unknown" : percent(entryViolatingShare);
  return `at the entry ${violating} violating, mean ${count(entryLatencyMs)} ms`;
}

function doubtRows({ substitution }: DecisionLine): readonly (readonly [string, string])[] {
  if (substitution === undefined) return [];
  const { by, because, instead } = substitution;
  return [["doubt", `${because.join("; ")}. So ${by} decides; the team wanted ${count(instead)}`]];
}

function wantedText(decision: DecisionLine, { actions }: RunLine): string {
  const { reasons, evidence } = decision;
  const why = `${wishText(decision)}: ${reasons.length === 0 ? "no reason was given" : reasons.join("; ")}`;
  if (evidence === undefined) return why;
  const others = evidence.probabilities
    .map((probability, action) => ({ probability, action }))
    .filter(({ action, probability }) => action !== evidence.action && probability >= 0.01)
    .toSorted((a, b) => b.probability - a.probability)
    .slice(0, 2)
    .map(({ action, probability }) => `${actions[action]} (${percent(probability)})`);
  return others.length === 0 ? why : `${why}; the team's next choices: ${others.join(", ")}`;
}

/** A row for each rule that forbade something, and one for a superior that decided. */
function ruledRows({ evidence }: DecisionLine, { actions }: RunLine): readonly (readonly [string, string])[] {
  const { forbidden = [], preferred, overruled } = evidence?.ruled ?? {};
  const rules = forbidden.map(({ rule, actions: forbids }): readonly [string, string] => {
    const isFelt = preferred !== undefined && forbids.includes(preferred);
    const felt = isFelt ? `, the team's first choice ${actions[preferred]} among them` : "";
    return ["rule", `${rule}: forbids ${forbids.length} of ${actions.length} actions${felt}`];
  });
  if (overruled === undefined) return rules;
  const { by, action } = overruled;
  return [...rules, ["order", `${by} grows, so this service does not shrink: ${actions[action]} instead`]];
}

function wishText({ proposed, cpuMilli }: DecisionLine): string {
  return cpuMilli === undefined ? count(proposed) : `${count(proposed)} of ${count(cpuMilli.proposed)}m`;
}

function givenText({ applied, cpuMilli }: DecisionLine): string {
  return cpuMilli === undefined ? String(applied) : `${applied} of ${cpuMilli.applied}m`;
}

function guardText(decision: DecisionLine, { mode }: RunLine): string {
  const { guarded } = decision;
  const verdict =
    guarded.length === 0
      ? "let it pass"
      : `${guarded.join("; ")}: ${givenText(decision)} instead of ${wishText(decision)}`;
  return mode === "shadow" ? `${verdict}; shadow: nothing was changed` : verdict;
}

function after(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s later`;
}

function count(value: number | null): string {
  if (value === null) return "unknown";
  return Number.isInteger(value) ? String(value) : figure(value);
}

/** `1:05.3` since the run began. */
function clock(ms: number): string {
  const seconds = (ms / 1_000) % 60;
  return `${Math.floor(ms / 60_000)}:${seconds.toFixed(1).padStart(4, "0")}`;
}
