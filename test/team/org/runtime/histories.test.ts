import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePattern, elementOf, type PatternAutomaton } from "../../../../src/team/org/pattern/automaton.ts";
import { isFault, parsePattern } from "../../../../src/team/org/pattern/parse-pattern.ts";
import type { Pattern } from "../../../../src/team/org/pattern/pattern.ts";
import { createHistories } from "../../../../src/team/org/runtime/histories.ts";
import { actionLabels } from "../../../../src/team/org/specification/action-labels.ts";
import type { Organization } from "../../../../src/team/org/specification/organization.ts";

const agents = 2;
const environments = 3;
const cells = agents * environments;

function named(count: number): Organization {
  const labels = new Map(Array.from({ length: count }, (_, at) => [`l${at}`, []]));
  return { name: "h", labels, roles: new Map(), group: null!, schemes: [], preferences: [], norms: [] };
}

function parsed(text: string): Pattern {
  const pattern = parsePattern(text);
  if (isFault(pattern)) throw new Error(pattern.message);
  return pattern;
}

/** Half of them look at actions. */
const patterns = [
  "#any_seq,l0",
  "#any_seq,l0,#any_seq,l1",
  "[l0,#any_act](2,*),#any_seq",
  "l1,#any",
  "#any_seq,grow,#any_obs",
  "#any_seq,[l0,shrink](2,2)",
  "#any_act",
  "#any_seq,#any_act,#any_act",
];

type Event =
  | { readonly kind: "see" | "act"; readonly bits: readonly number[] }
  | { readonly kind: "restart"; readonly cell: number; readonly pattern: number | undefined };

/** The same with one automaton per cell and nothing clever. */
function createPlain(count: number): { play(event: Event): void; isMatch(pattern: number, cell: number): boolean } {
  const labels = [...named(count).labels.keys(), ...Object.keys(actionLabels)];
  const automata = patterns.map((text): PatternAutomaton => compilePattern(parsed(text), labels));
  const states = automata.map(({ start }) => new Int32Array(cells).fill(start));
  return {
    play(event) {
      for (const [at, automaton] of automata.entries()) {
        if (event.kind === "restart") {
          if (event.pattern === undefined || event.pattern === at) states[at]![event.cell] = automaton.start;
          continue;
        }
        const kind = event.kind === "see" ? "observation" : "action";
        const shift = event.kind === "see" ? 0 : count;
        for (let cell = 0; cell < cells; cell++)
          states[at]![cell] = automaton.next(states[at]![cell]!, elementOf(kind, event.bits[cell]! << shift));
      }
    },
    isMatch: (pattern, cell) => automata[pattern]!.isMatch(states[pattern]![cell]!),
  };
}

function events(count: number): fc.Arbitrary<Event[]> {
  const bitsBelow = (most: number): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min: 0, max: most - 1 }), { minLength: cells, maxLength: cells });
  return fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("see" as const), bits: bitsBelow(2 ** count) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("act" as const), bits: bitsBelow(32) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("restart" as const),
          cell: fc.nat(cells - 1),
          pattern: fc.option(fc.nat(patterns.length - 1), { nil: undefined }),
        }),
      },
    ),
    { maxLength: 24 },
  );
}

describe("histories", () => {
  // Few labels are looked up in an array, many in a map.
  test.each([2, 14])("of %s labels are what an automaton per cell says, whatever comes after what", (count) => {
    fc.assert(
      fc.property(events(count), (all) => {
        const histories = createHistories(named(count), agents, environments);
        const followed = patterns.map((text) => histories.follow(parsed(text), [0, 1]));
        const plain = createPlain(count);
        for (const event of all) {
          plain.play(event);
          if (event.kind === "restart") histories.restart(event.cell, event.pattern);
          else histories[event.kind](Int32Array.from(event.bits));
          for (const pattern of followed)
            for (let cell = 0; cell < cells; cell++)
              expect(histories.isMatch(pattern, cell)).toBe(plain.isMatch(pattern, cell));
        }
      }),
      { numRuns: 150 },
    );
  });

  test("between seeing and acting the quick look says the same", () => {
    const histories = createHistories(named(2), agents, environments);
    const followed = patterns.map((text) => histories.follow(parsed(text), [0, 1]));
    for (let step = 0; step < 40; step++) {
      histories.see(Int32Array.from({ length: cells }, (_, cell) => (step * 7 + cell * 5) % 4));
      for (const pattern of followed) {
        const { table, places } = histories.standing(pattern);
        for (let cell = 0; cell < cells; cell++)
          expect(table.matches[places[cell]!] === 1).toBe(histories.isMatch(pattern, cell));
      }
      histories.act(Int32Array.from({ length: cells }, (_, cell) => (step * 3 + cell) % 32));
    }
  });

  test("know which labels each agent's patterns ask for", () => {
    const histories = createHistories(named(4), agents, environments);
    histories.follow(parsed("#any_seq,l1|l3"), [0]);
    histories.follow(parsed("l0,grow,[l2,keep](0,2)"), [1]);
    const [grow, keep] = ["grow", "keep"].map((label) => 1 << Object.keys(actionLabels).indexOf(label));
    expect([0, 1].map((agent) => histories.askedOfSeen(agent))).toEqual([0b1010, 0b0101]);
    expect([0, 1].map((agent) => histories.askedOfDone(agent))).toEqual([0, grow! | keep!]);
  });
});
