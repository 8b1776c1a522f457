import { expect, test } from "vitest";
import { explainText } from "../../src/cli/explain-text.ts";
import type { DecisionLine, RunLine, Seen } from "../../src/control/loop/decision-log.ts";

const run: RunLine = {
  kind: "run",
  format: "karma-decisions/1",
  run: "/w/runs/shop",
  cluster: "shop",
  on: "local",
  mode: "live",
  seed: 1,
  startMs: 0,
  timing: { syncPeriodMs: 15_000, timeScale: 1 },
  services: ["cart"],
  features: ["cpu"],
  actions: ["1 x size", "1.25 x need", "3 x need"],
  fallback: "hpa:60",
};
const seen: Seen = {
  desired: 3,
  ready: 2,
  cpu: 0.915,
  arrivalsPerS: 210,
  queued: 14,
  ageMs: 5_000,
  entryViolatingShare: 0.041,
  entryLatencyMs: 88.4,
};
const decision: DecisionLine = {
  kind: "decision",
  id: 7,
  seen,
  atMs: 95_000,
  service: "cart",
  from: 3,
  proposed: 8,
  applied: 6,
  reasons: ["3 x the feed-forward need, 2.60 pods (probability 60 %)"],
  guarded: ["growth cut to the largest step up"],
  evidence: { observation: [0.9], probabilities: [0.005, 0.395, 0.6], action: 2 },
};

test("a decision says what was seen, wanted and allowed, and what came of it", () => {
  const effect = { kind: "effect" as const, of: 7, afterMs: 30_000, seen: { ...seen, ready: 6, desired: 6, cpu: 0.5 } };
  expect(explainText({ atMs: 95_000, decision, effect }, run)).toBe(
    [
      "1:35.0  cart 3 -> 6",
      "    seen   2 of 3 replicas ready, CPU 91.5 % of its request, 210 requests/s, 14 waiting or in work; at the entry 4.10 % violating, mean 88.4 ms",
      "    wanted 8: 3 x the feed-forward need, 2.60 pods (probability 60 %); the team's next choices: 1.25 x need (39.5 %)",
      "    guard  growth cut to the largest step up: 6 instead of 8",
      "    then   30.0 s later 6 of 6 replicas ready, CPU 50.0 % of its request, 210 requests/s, 14 waiting or in work; at the entry 4.10 % violating, mean 88.4 ms",
    ].join("\n"),
  );
});

test.each([
  { what: "no effect", change: {}, on: {}, says: /then {3}not known: the run ended before/ },
  { what: "nothing seen", change: { seen: null }, on: {}, says: /seen {3}nothing: the cluster could not be observed/ },
  {
    what: "shadow",
    change: { guarded: [] },
    on: { mode: "shadow" as const },
    says: /let it pass; shadow: nothing was/,
  },
  {
    what: "a doubt",
    change: { substitution: { by: "hpa:60", because: ["stale: old", "unseen: odd"], instead: 4 } },
    on: {},
    says: /doubt {2}stale: old; unseen: odd\. So hpa:60 decides; the team wanted 4/,
  },
  { what: "no change", change: { applied: 3 }, on: {}, says: /^1:35\.0 {2}cart stays at 3/ },
])("$what is said", ({ change, on, says }) => {
  expect(
    explainText({ atMs: 95_000, decision: { ...decision, ...change }, effect: undefined }, { ...run, ...on }),
  ).toMatch(says);
});

test("a rule that forbade actions is named, with the choice it took; so is a superior that decided", () => {
  const evidence = {
    ...decision.evidence!,
    ruled: {
      forbidden: [{ rule: "scaler: after #any_seq,hot only grow", actions: [0, 1] }],
      preferred: 1,
      overruled: { by: "front", action: 0 },
    },
  };
  const text = explainText({ atMs: 0, decision: { ...decision, evidence }, effect: undefined }, run);
  expect(text).toContain(
    "rule   scaler: after #any_seq,hot only grow: forbids 2 of 3 actions, the team's first choice 1.25 x need among them",
  );
  expect(text).toContain("order  front grows, so this service does not shrink: 1 x size instead");
});

test("a CPU limit stands beside the replicas, and what the guard made of it", () => {
  const text = explainText(
    {
      atMs: 95_000,
      effect: undefined,
      decision: {
        ...decision,
        applied: 3,
        proposed: 3,
        cpuMilli: { from: 500, proposed: 1_400, applied: 1_000 },
        guarded: ["growth of CPU cut to the largest step up"],
      },
    },
    run,
  );
  expect(text).toContain("cart stays at 3, CPU 500m -> 1000m");
  expect(text).toContain("wanted 3 of 1400m: ");
  expect(text).toContain("growth of CPU cut to the largest step up: 3 of 1000m instead of 3 of 1400m");
});
