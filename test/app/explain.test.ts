import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { explain, type ExplainRequest } from "../../src/app/explain.ts";

const header = { kind: "run", format: "karma-decisions/1", startMs: 1_000, services: ["cart", "stock"], mode: "live" };

function decision(id: number, atMs: number, service: string, applied = 2, extras = {}): object {
  return {
    kind: "decision",
    id,
    atMs,
    service,
    from: 2,
    proposed: applied,
    applied,
    reasons: [],
    guarded: [],
    ...extras,
  };
}

const usual = [
  header,
  decision(0, 2_000, "cart"),
  decision(1, 2_000, "stock", 3),
  { kind: "effect", of: 1, afterMs: 2_000, seen: {} },
  decision(2, 5_000, "cart", 1),
  decision(3, 5_000, "stock", 2, { guarded: ["readings are stale: size held"] }),
  decision(4, 8_000, "cart", 2, { substitution: { by: "hpa:60", because: ["stale"], instead: 5 } }),
];

function place(lines: readonly object[], tail = ""): string {
  const cwd = mkdtempSync(join(tmpdir(), "karma-explain-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(cwd, "runs", "shop"), { recursive: true });
  writeFileSync(
    join(cwd, "runs", "shop", "decisions.jsonl"),
    lines.map((line) => `${JSON.stringify(line)}\n`).join("") + tail,
  );
  return cwd;
}

function request(cwd: string, asked: Partial<ExplainRequest> = {}): ExplainRequest {
  return { cwd, runName: undefined, fromMs: undefined, toMs: undefined, service: undefined, isAll: false, ...asked };
}

function ids(asked: Partial<ExplainRequest>): number[] {
  return explain(request(place(usual), asked)).explained.map(({ decision: { id } }) => id);
}

test.each([
  { what: "nothing", asked: {}, expected: [1, 2, 3, 4] },
  { what: "all", asked: { isAll: true }, expected: [0, 1, 2, 3, 4] },
  { what: "one service", asked: { service: "stock" }, expected: [1, 3] },
  { what: "a start", asked: { fromMs: 4_000 }, expected: [2, 3, 4] },
  { what: "an end", asked: { toMs: 3_000 }, expected: [1] },
  { what: "a window of one service", asked: { fromMs: 2_000, toMs: 6_000, service: "cart" }, expected: [2] },
])("asked for $what, those decisions come in which a size changed, the guard spoke or another decided", (row) => {
  expect(ids(row.asked)).toEqual(row.expected);
});

function ruled(id: number, what: object): object {
  const evidence = { observation: [], probabilities: [], action: 0, ruled: what };
  return decision(id, 2_000 + id, "cart", 2, { evidence });
}

test("a decision that a rule or another agent changed comes in, one that a rule left as it was does not", () => {
  const forbidden = [{ rule: "a", actions: [1] }];
  const lines = [
    header,
    ruled(0, { forbidden }),
    ruled(1, { forbidden, preferred: 1 }),
    ruled(2, { forbidden: [], overruled: { by: "stock", action: 0 } }),
  ];
  expect(explain(request(place(lines))).explained.map(({ decision: { id } }) => id)).toEqual([1, 2]);
});

test("a decision comes with its time since the start, and its effect where there is one", () => {
  const [first, second] = explain(request(place(usual))).explained;
  expect(first).toMatchObject({ atMs: 1_000, decision: { id: 1 }, effect: { of: 1, afterMs: 2_000 } });
  expect(second!.effect).toBeUndefined();
});

test("a last line that a crash cut off is left out", () => {
  expect(explain(request(place(usual, '{"kind":"decis'))).decisions).toBe(5);
});

test.each([
  { what: "a service that is not there", lines: usual, asked: { service: "crat" }, says: /no service crat/ },
  {
    what: "another format",
    lines: [{ ...header, format: "x/9" }],
    asked: {},
    says: /line 1: expected a line of a dec/,
  },
  { what: "no header", lines: usual.slice(1), asked: {}, says: /line 1/ },
  { what: "a line of something else", lines: [header, { kind: "decision" }], asked: {}, says: /line 2/ },
])("$what is refused", ({ lines, asked, says }) => {
  expect(() => explain(request(place(lines), asked))).toThrow(says);
});

test("without any log, transfer is what makes one", () => {
  const cwd = mkdtempSync(join(tmpdir(), "karma-explain-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  expect(() => explain(request(cwd))).toThrow(/no run .* has decided anything yet/);
});
