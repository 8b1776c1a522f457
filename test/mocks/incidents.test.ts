import { expect, test } from "vitest";
import { type IncidentKind, createIncidents } from "../../mocks/src/incidents.ts";

function createBench(probabilities: Partial<Record<IncidentKind, number>>, timeScale = 1, uniform = 0.5) {
  let nowMs = 1_000;
  let crashes = 0;
  const logged: IncidentKind[] = [];
  const incidents = createIncidents(
    { incidents: { warning: 0, error: 0, degraded: 0, failure: 0, ...probabilities }, timeScale },
    { nowMs: () => nowMs, uniform: () => uniform, log: (kind) => logged.push(kind), crash: () => void crashes++ },
  );
  return { incidents, logged, crashes: () => crashes, pass: (ms: number) => void (nowMs += ms) };
}

test("a probability of 0 never happens, one of 1 happens each minute", () => {
  const { incidents, logged } = createBench({ warning: 1 });
  incidents.minute();
  incidents.minute();
  expect(logged).toEqual(["warning", "warning"]);
});

test("an error incident fails 5 % of the requests for 30 s", () => {
  const { incidents, pass } = createBench({ error: 1 });
  expect(incidents.errorShare()).toBe(0);
  incidents.minute();
  pass(29_999);
  expect(incidents.errorShare()).toBe(0.05);
  pass(1);
  expect(incidents.errorShare()).toBe(0);
});

test("a degraded replica works twice as much for 30 s, divided by the time scale", () => {
  const { incidents, pass } = createBench({ degraded: 1 }, 10);
  expect(incidents.workFactor()).toBe(1);
  incidents.minute();
  expect(incidents.workFactor()).toBe(2);
  pass(3_000);
  expect(incidents.workFactor()).toBe(1);
});

test("a failure crashes the replica", () => {
  const { incidents, crashes } = createBench({ failure: 0.6 });
  incidents.minute();
  expect(crashes()).toBe(1);
});
