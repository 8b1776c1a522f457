import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePattern, elementOf, mostLabels } from "../../../src/team/org/pattern/automaton.ts";
import { isFault, parsePattern } from "../../../src/team/org/pattern/parse-pattern.ts";
import { labelsOf, type Pattern } from "../../../src/team/org/pattern/pattern.ts";

type Element = { readonly kind: "observation" | "action"; readonly labels: readonly string[] };

function parsed(text: string): Pattern {
  const result = parsePattern(text);
  if (isFault(result)) throw new Error(result.message);
  return result;
}

const alphabet = ["o1", "o2", "a1", "a2"];

function matches(pattern: Pattern, history: readonly Element[], labels: readonly string[] = alphabet): boolean {
  const automaton = compilePattern(pattern, labels);
  let state = automaton.start;
  for (const { kind, labels: own } of history) {
    const bits = own.reduce((sum, label) => sum | (1 << labels.indexOf(label)), 0);
    state = automaton.next(state, elementOf(kind, bits));
  }
  return automaton.isMatch(state);
}

/** Where matches that begin at `from` may end: the obvious way, by trying everything. */
function ends(pattern: Pattern, history: readonly Element[], from: number): Set<number> {
  switch (pattern.kind) {
    case "label":
      return new Set(history[from]?.labels.includes(pattern.label) === true ? [from + 1] : []);
    case "any": {
      const element = history[from];
      const fits = element !== undefined && (pattern.of === "element" || pattern.of === element.kind);
      return new Set(fits ? [from + 1] : []);
    }
    case "sequence": {
      let reached = new Set([from]);
      for (const part of pattern.parts)
        reached = new Set([...reached].flatMap((at) => Array.from(ends(part, history, at))));
      return reached;
    }
    case "choice":
      return new Set(pattern.options.flatMap((option) => [...ends(option, history, from)]));
    case "repeat": {
      let reached = new Set([from]);
      const all = new Set<number>(pattern.min === 0 ? reached : []);
      // Beyond the history's length further rounds take nothing, so they change nothing.
      const rounds = Math.min(pattern.max, pattern.min + history.length + 1);
      for (let round = 1; round <= rounds; round++) {
        reached = new Set([...reached].flatMap((at) => Array.from(ends(pattern.part, history, at))));
        if (round >= pattern.min) for (const at of reached) all.add(at);
      }
      return all;
    }
  }
}

const element: fc.Arbitrary<Element> = fc.record({
  kind: fc.constantFrom("observation", "action"),
  labels: fc.uniqueArray(fc.constantFrom(...alphabet), { maxLength: 2 }),
});
const { pattern } = fc.letrec<{ pattern: Pattern }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom(...alphabet).map((label): Pattern => ({ kind: "label", label })),
    fc.constantFrom("element", "observation", "action").map((of): Pattern => ({ kind: "any", of })),
    fc.array(tie("pattern"), { minLength: 1, maxLength: 3 }).map((parts): Pattern => ({ kind: "sequence", parts })),
    fc.array(tie("pattern"), { minLength: 1, maxLength: 3 }).map((options): Pattern => ({ kind: "choice", options })),
    fc
      .tuple(tie("pattern"), fc.integer({ min: 0, max: 2 }), fc.constantFrom(0, 1, 2, Number.POSITIVE_INFINITY))
      .map(([part, min, more]): Pattern => ({ kind: "repeat", part, min, max: Math.max(1, min + more) })),
  ),
}));

test("a pattern agrees with trying everything, on 10,000 random patterns and histories", () => {
  fc.assert(
    fc.property(pattern, fc.array(element, { maxLength: 7 }), (one, history) => {
      expect(matches(one, history)).toBe(ends(one, history, 0).has(history.length));
    }),
    { numRuns: 10_000 },
  );
});

test("a dead state never matches again", () => {
  fc.assert(
    fc.property(pattern, fc.array(element, { minLength: 1, maxLength: 7 }), (one, history) => {
      const automaton = compilePattern(one, alphabet);
      let state = automaton.start;
      let wasDead = false;
      for (const { kind, labels } of history) {
        state = automaton.next(
          state,
          elementOf(
            kind,
            labels.reduce((bits, l) => bits | (1 << alphabet.indexOf(l)), 0),
          ),
        );
        if (wasDead) expect(automaton.isDead(state)).toBe(true);
        wasDead = automaton.isDead(state);
        if (wasDead) expect(automaton.isMatch(state)).toBe(false);
      }
    }),
  );
});

/** `o1 a1 o2`: observations begin with o, actions with a. */
function told(text: string): Element[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => ({ kind: word.startsWith("o") ? "observation" : "action", labels: [word] }));
}

describe("a pattern", () => {
  test.each<[string, string, boolean]>([
    ["[o1,a1,[o2,a2](0,2)](1,*)", "o1 a1", true],
    ["[o1,a1,[o2,a2](0,2)](1,*)", "o1 a1 o2 a2 o2 a2 o1 a1", true],
    ["[o1,a1,[o2,a2](0,2)](1,*)", "o1 a1 o2 a2 o2 a2 o2 a2", false],
    ["[o1,a1,[o2,a2](0,2)](1,*)", "", false],
    ["#any_seq,o1,a2", "o2 a2 o1 a2", true],
    ["#any_seq,o1,a2", "o2 a2 o1 a1", false],
    ["#any_obs,#any_act", "o1 a1", true],
    ["#any_obs,#any_act", "a1 o1", false],
    ["o1|o2,a1", "o2 a1", true],
    ["o1|o2,a1", "o1", true],
    ["o1|o2,a1", "o1 a1", false],
    ["[o1|o2],a1", "o1 a1", true],
    ["o1(2,3)", "o1 o1 o1", true],
    ["o1(2,3)", "o1 o1 o1 o1", false],
    ["o1(0,*)", "", true],
  ])("%s takes `%s`: %s", (text, elements, expected) => {
    expect(matches(parsed(text), told(elements))).toBe(expected);
  });

  test.each<[string, string]>([
    ["", "expected a label, a wildcard or `[` at character 1, found the end"],
    ["o1,", "expected a label, a wildcard or `[` at character 4, found the end"],
    ["[o1", "expected `,`, `|` or `]` at character 4, found the end"],
    ["o1]", "expected `,`, `|` or the end at character 3, found `]`"],
    ["o1(1)", "expected `,` at character 5, found `)`"],
    ["o1(x,2)", "expected a number of times at character 4, found `x`"],
    ["o1(3,2)", "expected a largest number that is at least the smallest and 1 at character 3, found `(`"],
    ["o1(0,0)", "expected a largest number that is at least the smallest and 1 at character 3, found `(`"],
    ["o1(1,5000)", "expected at most 1000 times at character 6, found `5`"],
    ["#all", "expected #any, #any_obs, #any_act, #any_seq at character 1, found `#`"],
    ["#constructor", "expected #any, #any_obs, #any_act, #any_seq at character 1, found `#`"],
    ["o1 o2", "expected `,`, `|` or the end at character 4, found `o`"],
    [`${"[".repeat(40)}o1`, "expected at most 32 brackets inside each other at character 34, found `[`"],
    ["o".repeat(5_000), "expected at most 4096 characters, got 5000"],
  ])("%s is refused: %s", (text, message) => {
    expect(parsePattern(text)).toMatchObject({ message });
  });

  test("knows its labels", () => {
    expect(labelsOf(parsed("[o1,a1|#any](1,2),o1,cpu>0.9"))).toEqual(["o1", "a1", "cpu>0.9"]);
  });

  test("of repeats within repeats ends before it fills the memory", () => {
    expect(() => compilePattern(parsed("[[o1(1,1000)](1,1000)](1,1000)"), alphabet)).toThrow("2048 positions");
  });

  test("has labels of its own only, and not too many", () => {
    expect(() => compilePattern(parsed("o9"), alphabet)).toThrow("expected one of the labels o1, o2, a1, a2, got o9");
    const many = Array.from({ length: mostLabels + 1 }, (_, at) => `l${at}`);
    expect(() => compilePattern(parsed("l0"), many)).toThrow("at most 29 labels");
    expect(matches(parsed("l28,l0"), told("l28 l0"), many.slice(0, mostLabels))).toBe(true);
  });
});
