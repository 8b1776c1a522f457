import { expect, test } from "vitest";
import { rewards } from "../conformance-runs.ts";
import { smallTeam, type SmallTeam } from "./small-team.ts";

const hot = 0.9;
const cold = 0.1;
const warm = 0.5;

/** Being hot needs two agents, being cold one; the scheme begins again once either is reached. */
function eitherOf(): SmallTeam {
  const goals = [
    { id: "heated", reached: "#any_seq,hot", bonus: 1 },
    { id: "cooled", reached: "#any_seq,cold", bonus: 3 },
  ];
  const missions = { heat: { goals: ["heated"], min: 2 }, cool: { goals: ["cooled"] } };
  const normative = ["heat", "cool"].map((mission) => ({ id: mission, type: "permission", role: "a", mission }));
  const goal = { id: "either", plan: { operator: "choice", goals } };
  return smallTeam({ functional: { schemes: [{ id: "s", goal, missions }] }, normative }, [["a"], ["a"]]);
}

test("who got to a goal before it was opened anew has to get there again", () => {
  const team = eitherOf();
  expect(rewards(team, [hot, warm])).toEqual([[0, 0]]);
  // The other goal is reached, and the scheme begins again.
  expect(rewards(team, [warm, cold])).toEqual([[0, 3]]);
  expect(rewards(team, [warm, hot])).toEqual([[0, 0]]);
  expect(rewards(team, [hot, warm])).toEqual([[1, 1]]);
});

test("who got to a goal that stays open waits there for the others", () => {
  const team = eitherOf();
  expect(rewards(team, [hot, warm], [warm, warm], [warm, hot])).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
  ]);
});
