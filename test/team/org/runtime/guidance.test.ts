import { describe, expect, test } from "vitest";
import { grow, keep, shrink, smallTeam } from "./small-team.ts";

const [hot, cold, warm] = [0.9, 0.1, 0.5];

/** Roles a and b with rules as given; b extends a where said. */
function ruled(a: readonly object[], b: object = {}): object {
  return { structural: { roles: { a: { rules: a }, b }, group: { id: "g", roles: { a: {}, b: {} } } } };
}

describe("a rule", () => {
  const whenHot = { history: "#any_seq,hot", allow: ["grow"] };

  test("masks everything else while the history fits, and only for those who play the role", () => {
    const team = smallTeam(ruled([whenHot]), [["a"], ["b"]]);
    team.see(warm, hot);
    expect(team.allowed(0)).toEqual([shrink, keep, grow]);
    team.act(keep, keep);
    team.see(hot, hot);
    expect(team.allowed(0)).toEqual([grow]);
    expect(team.allowed(1)).toEqual([shrink, keep, grow]);
  });

  test("without it, everything is allowed", () => {
    const team = smallTeam(ruled([]), [["a"], ["b"]]);
    team.see(hot, hot);
    expect(team.allowed(0)).toEqual([shrink, keep, grow]);
  });

  test("is inherited", () => {
    const team = smallTeam(ruled([whenHot], { extends: ["a"] }), [["b"]]);
    team.see(hot);
    expect(team.allowed(0)).toEqual([grow]);
  });

  test("looks at what was done, too", () => {
    const team = smallTeam(ruled([{ history: "#any_seq,grow,#any_obs", allow: ["keep"] }]), [["a"]]);
    team.see(warm);
    team.act(keep);
    team.see(warm);
    expect(team.allowed(0)).toEqual([shrink, keep, grow]);
    team.act(grow);
    team.see(warm);
    expect(team.allowed(0)).toEqual([keep]);
  });

  test("allows by what an action asks for beside the need", () => {
    const team = smallTeam(ruled([{ history: "#any_seq", allow: ["cover_need"] }]), [["a"]]);
    team.see(warm);
    expect(team.allowed(0)).toEqual([shrink, keep, grow]);
    const jumping = smallTeam(ruled([{ history: "#any_seq", allow: ["jump", "keep"] }]), [["a"]]);
    jumping.see(warm);
    expect(jumping.allowed(0)).toEqual([keep]);
  });

  test("and another that leave nothing together: the earlier counts, and the conflict is counted", () => {
    const team = smallTeam(ruled([whenHot, { history: "#any_seq,hot", allow: ["shrink"] }]), [["a"]]);
    team.see(hot);
    expect(team.allowed(0)).toEqual([grow]);
    expect(team.guidance.counts.rules.conflicts).toBe(1);
  });

  test("of two roles of one agent both hold", () => {
    const b = { rules: [{ history: "#any_seq", allow: ["grow", "keep"] }] };
    const team = smallTeam(ruled([{ history: "#any_seq", allow: ["shrink", "keep"] }], b), [["a", "b"]]);
    team.see(warm);
    expect(team.allowed(0)).toEqual([keep]);
  });

  test.each([0, 0.3, 0.7, 1])("of hardness %s masks so often, and else costs the rest", (hardness) => {
    const team = smallTeam(ruled([{ ...whenHot, hardness, penalty: 2 }]), [["a"]]);
    let masked = 0;
    const rounds = 2_000;
    for (let round = 0; round < rounds; round++) {
      team.see(hot);
      const isMasked = team.allowed(0).length === 1;
      if (isMasked) masked++;
      const [reward] = team.act(isMasked ? grow : keep);
      expect(reward).toBeCloseTo(isMasked ? 0 : -2 * (1 - hardness));
    }
    expect(Math.abs(masked / rounds - hardness)).toBeLessThan(0.04);
    const { applied, broken } = team.guidance.counts.rules;
    expect(applied).toBe(rounds);
    expect(broken).toBe(hardness === 1 ? 0 : rounds - masked);
  });
});

/** One goal that is reached by getting cold, its mission for role a, and a norm. */
function serving(norm: object, goal: object = {}, mission: object = {}, more: object = {}): object {
  return {
    functional: {
      schemes: [
        {
          id: "s",
          goal: { id: "cooled", reached: "#any_seq,cold", bonus: 3, ...goal },
          missions: { cool: { goals: ["cooled"], ...mission } },
        },
      ],
    },
    normative: [{ id: "n", type: "obligation", role: "a", mission: "cool", ...norm }],
    ...more,
  };
}

describe("a goal", () => {
  test("pays who is committed to it, once, weighed by the mission", () => {
    const team = smallTeam(serving({}, {}, { weight: 0.5 }), [["a"], ["b"]]);
    team.see(warm, warm);
    expect(team.act(keep, keep)).toEqual([0, 0]);
    team.see(cold, cold);
    expect(team.act(keep, keep)).toEqual([1.5, 0]);
    expect(team.guidance.counts.goals).toEqual([{ goal: "cooled", reached: 1, late: 0 }]);
    team.see(warm, warm);
    expect(team.act(keep, keep)).toEqual([0, 0]);
  });

  test("without a norm in force pays nobody", () => {
    const team = smallTeam(serving({ when: "#any_seq,hot" }), [["a"]]);
    team.see(cold);
    expect(team.act(keep)).toEqual([0]);
    team.see(hot);
    team.act(keep);
    team.see(cold);
    expect(team.act(keep)).toEqual([3]);
  });

  test("that takes too long is late", () => {
    const team = smallTeam(serving({}, { within_s: 25 }), [["a"]]);
    for (let round = 0; round < 4; round++) {
      team.see(warm);
      team.act(keep);
    }
    expect(team.guidance.counts.goals[0]!.late).toBe(1);
  });

  test("needs as many agents as its mission needs", () => {
    const team = smallTeam(serving({}, {}, { min: 2 }), [["a"], ["a"]]);
    team.see(cold, warm);
    expect(team.act(keep, keep)).toEqual([0, 0]);
    team.see(warm, cold);
    expect(team.act(keep, keep)).toEqual([3, 3]);
  });

  test("is for as many agents as its mission may have", () => {
    const team = smallTeam(serving({}, {}, { max: 1 }), [["a"], ["a"]]);
    team.see(cold, cold);
    expect(team.act(keep, keep)).toEqual([3, 0]);
  });

  test("of a mission that is short of agents is counted", () => {
    const when = "#any_seq,hot";
    const team = smallTeam(serving({ when }, {}, { min: 2 }), [["a"], ["a"]]);
    team.see(hot, warm);
    team.act(keep, keep);
    expect(team.guidance.counts.short.get("cool")).toBe(1);
  });
});

/** Two goals, hot and cold, under a plan. */
function planned(operator: string, options: object = {}): object {
  const goals = [
    { id: "heated", reached: "#any_seq,hot", bonus: 1 },
    { id: "cooled", reached: "#any_seq,cold", bonus: 1 },
  ];
  return {
    functional: {
      schemes: [
        {
          id: "s",
          goal: { id: "both", plan: { operator, goals, ...options } },
          missions: { work: { goals: ["heated", "cooled"] } },
        },
      ],
    },
    normative: [{ id: "n", type: "permission", role: "a", mission: "work" }],
  };
}

/** Rewards for being cold, hot, cold, one after the other. */
function rewards(parts: object): { rewards: number[]; counts: ReturnType<typeof smallTeam>["guidance"]["counts"] } {
  const team = smallTeam(parts, [["a"]]);
  const earned = [cold, hot, cold].map((cpu) => {
    team.see(cpu);
    return team.act(keep)[0]!;
  });
  return { rewards: earned, counts: team.guidance.counts };
}

describe("a plan", () => {
  test.each<[string, number[], number]>([
    ["sequence", [0, 1, 1], 1],
    ["parallel", [1, 1, 1], 1],
    ["choice", [1, 1, 1], 3],
  ])("as a %s pays %j and works %i times", (operator, expected, works) => {
    const played = rewards(planned(operator));
    expect(played.rewards).toEqual(expected);
    expect(played.counts.plans).toEqual([{ goal: "both", expectedRate: 1, succeeded: works, failed: 0 }]);
  });

  test("fails where a goal of it is late, beside the rate it promises", () => {
    const parts: ReturnType<typeof planned> = JSON.parse(
      JSON.stringify(planned("sequence", { success_rate: 0.9 })).replace('"bonus":1', '"bonus":1,"within_s":5'),
    );
    expect(rewards(parts).counts.plans[0]).toMatchObject({ expectedRate: 0.9, failed: 1 });
  });
});

describe("a norm", () => {
  test("that obliges is met when the mission's goals are reached in time", () => {
    const team = smallTeam(serving({ when: "#any_seq,hot", within_s: 30, penalty: 5 }), [["a"]]);
    team.see(hot);
    team.act(keep);
    team.see(cold);
    expect(team.act(keep)).toEqual([3]);
    expect(team.guidance.counts.norms).toEqual([{ norm: "n", inForce: 1, met: 1, unmet: 0 }]);
  });

  test("that obliges costs when its time is over, and can come into force again", () => {
    const team = smallTeam(serving({ when: "#any_seq,hot", within_s: 15, penalty: 5 }), [["a"]]);
    const charged = [hot, warm, warm, warm, hot, cold].map((cpu) => {
      team.see(cpu);
      return team.act(keep)[0];
    });
    expect(charged).toEqual([0, 0, -5, 0, 0, 3]);
    expect(team.guidance.counts.norms).toEqual([{ norm: "n", inForce: 2, met: 1, unmet: 1 }]);
  });

  test("that permits never costs", () => {
    const team = smallTeam(serving({ type: "permission", within_s: 5, penalty: 5 }), [["a"]]);
    for (let round = 0; round < 4; round++) {
      team.see(warm);
      expect(team.act(keep)).toEqual([0]);
    }
    expect(team.guidance.counts.norms[0]!.unmet).toBe(0);
  });

  test("holds for roles that extend its role", () => {
    const structural = {
      roles: { a: { abstract: true }, b: { extends: ["a"] } },
      group: { id: "g", roles: { b: {} } },
    };
    const team = smallTeam(serving({}, {}, {}, { structural }), [["b"]]);
    team.see(cold);
    expect(team.act(keep)).toEqual([3]);
  });
});

/** Two missions with the same way to their goals, for one role. */
function preferring(preferences: readonly object[]): object {
  return {
    functional: {
      schemes: [
        {
          id: "s",
          goal: {
            id: "root",
            plan: {
              operator: "parallel",
              goals: [
                { id: "x", reached: "#any_seq,cold", bonus: 1 },
                { id: "y", reached: "#any_seq,cold", bonus: 10 },
              ],
            },
          },
          missions: { mx: { goals: ["x"] }, my: { goals: ["y"] } },
        },
      ],
      preferences,
    },
    normative: [
      { id: "nx", type: "permission", role: "a", mission: "mx" },
      { id: "ny", type: "permission", role: "a", mission: "my" },
    ],
  };
}

test("a preference takes an agent from one mission to the other", () => {
  const earned = [[], [{ mission: "mx", over: "my" }]].map((preferences) => {
    const team = smallTeam(preferring(preferences), [["a"]]);
    team.see(cold);
    return team.act(keep)[0];
  });
  expect(earned).toEqual([11, 1]);
});

test("a new episode knows nothing of the last one", () => {
  const team = smallTeam(
    { ...ruled([{ history: "hot,#any_seq", allow: ["grow"] }]), ...serving({ when: "#any_seq,hot" }) },
    [["a"]],
  );
  team.see(hot);
  team.act(grow);
  team.guidance.restart(0);
  team.see(cold);
  expect(team.allowed(0)).toEqual([shrink, keep, grow]);
  expect(team.act(keep)).toEqual([0]);
});

test("what is not known has no label", () => {
  const team = smallTeam(ruled([{ history: "#any_seq,cold", allow: ["keep"] }]), [["a"]]);
  team.see(Number.NaN);
  expect(team.allowed(0)).toEqual([shrink, keep, grow]);
});
