import { expect, test } from "vitest";
import type { Autoscaler } from "../../../src/control/loop/autoscaler.ts";
import { playedOrganization } from "../../../src/team/policy/carried-organization.ts";
import { watchRules } from "../../../src/team/policy/rule-watch.ts";
import { calibrationOf, calmReadings, chain } from "../chain.ts";

const { timing } = calibrationOf(chain);
const document = {
  name: "watch",
  labels: { there: [{ signal: "desired", above: 1 }] },
  structural: {
    roles: { a: { rules: [{ history: "#any_seq,there", allow: ["keep"] }] } },
    group: { id: "g", roles: { a: {} } },
  },
};
const team = playedOrganization({ document, roles: [["a"], ["a"], [], []] });

/** Always does the same, with evidence for it or without. */
function doing(action: number, hasEvidence = true): Autoscaler {
  const evidence = { observation: [], probabilities: [], action };
  return {
    name: "same",
    decide: () => chain.services.map(() => ({ replicas: 6, reasons: [], ...(hasEvidence ? { evidence } : {}) })),
  };
}

test.each([
  { what: "keeping is what the rules allow", autoscaler: doing(0), counts: { decisions: 8, broken: 0 } },
  {
    what: "growing breaks those of the two who play the role",
    autoscaler: doing(8),
    counts: { decisions: 8, broken: 4 },
  },
  { what: "without evidence nothing is counted", autoscaler: doing(8, false), counts: { decisions: 0, broken: 0 } },
])("$what", ({ autoscaler, counts }) => {
  const found = { decisions: 0, broken: 0 };
  const watched = watchRules(autoscaler, { team, topology: chain, timing, headroom: 1.5 }, found);
  const plain = autoscaler.decide(calmReadings(1, 400, 6));
  for (let period = 0; period < 2; period++) expect(watched.decide(calmReadings(1, 400, 6))).toEqual(plain);
  expect(found).toEqual(counts);
});
