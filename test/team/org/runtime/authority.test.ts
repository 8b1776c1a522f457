import { array, assert, constantFrom, property, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import { grow, keep, shrink, smallTeam, type SmallTeam } from "./small-team.ts";

/** a has authority over b, or what else is said of them; b with these rules. */
function led(type = "authority", rules: readonly object[] = [], more: object = {}): object {
  const links = [{ type, from: "a", to: "b", ...more }];
  return { structural: { roles: { a: {}, b: { rules } }, group: { id: "g", roles: { a: {}, b: {} }, links } } };
}

function always(...allow: string[]): object {
  return { history: "#any_seq", allow };
}

function settled(team: SmallTeam, ...chosen: number[]): number[] {
  team.see(...chosen.map(() => 0.5));
  return Array.from(team.guidance.settle(Int32Array.from(chosen)));
}

describe("authority", () => {
  test("lets nobody give replicas back while a superior asks for more: they keep their size", () => {
    const team = smallTeam(led(), [["a"], ["b"]]);
    expect(settled(team, grow, shrink)).toEqual([grow, keep]);
    expect(Array.from(team.guidance.overruledBy)).toEqual([-1, 0]);
    expect(team.guidance.counts.conflicts).toEqual([{ superior: 0, subordinate: 1, overruled: 1, upheld: 0 }]);
  });

  test.each([
    ["no link", {}],
    ["communication", led("communication")],
    ["acquaintance", led("acquaintance")],
  ])("is not what %s gives", (_, parts) => {
    expect(settled(smallTeam(parts, [["a"], ["b"]]), grow, shrink)).toEqual([grow, shrink]);
  });

  test.each([
    [keep, shrink],
    [shrink, shrink],
    [shrink, grow],
    [grow, grow],
    [grow, keep],
  ])("leaves %i beside %i as they are", (superior, subordinate) => {
    const team = smallTeam(led(), [["a"], ["b"]]);
    expect(settled(team, superior, subordinate)).toEqual([superior, subordinate]);
    expect(Array.from(team.guidance.overruledBy)).toEqual([-1, -1]);
  });

  test("does not reach upwards", () => {
    expect(settled(smallTeam(led(), [["a"], ["b"]]), shrink, grow)).toEqual([shrink, grow]);
  });

  test("stays within the rules of who is overruled", () => {
    const team = smallTeam(led("authority", [always("shrink", "grow")]), [["a"], ["b"]]);
    expect(settled(team, grow, shrink)).toEqual([grow, grow]);
    const bound = smallTeam(led("authority", [always("shrink")]), [["a"], ["b"]]);
    expect(settled(bound, grow, shrink)).toEqual([grow, shrink]);
    expect(bound.guidance.counts.conflicts[0]).toMatchObject({ overruled: 0, upheld: 1 });
  });

  test("what was done, not what was chosen, becomes the history", () => {
    const rules = [{ history: "#any_seq,keep,#any_obs", allow: ["grow"] }];
    const team = smallTeam(led("authority", rules), [["a"], ["b"]]);
    team.act(...settled(team, grow, shrink));
    team.see(0.5, 0.5);
    expect(team.allowed(1)).toEqual([grow]);
  });

  test("never breaks a hard rule, and never lets a shrink through that some rule could have replaced", () => {
    const label = constantFrom("grow", "keep", "shrink");
    const moves = array(constantFrom(shrink, keep, grow), { minLength: 3, maxLength: 3 });
    assert(
      property(uniqueArray(label, { minLength: 1 }), moves, (allow, wished) => {
        const team = smallTeam(led("authority", [always(...allow)]), [["a"], ["b"], ["b"]]);
        team.see(0.5, 0.5, 0.5);
        const chosen = wished.map((move, agent) =>
          team.allowed(agent).includes(move) ? move : team.allowed(agent)[0]!,
        );
        const done = Array.from(team.guidance.settle(Int32Array.from(chosen)));
        for (const [agent, move] of done.entries()) expect(team.allowed(agent)).toContain(move);
        if (chosen[0] !== grow) expect(done).toEqual(chosen);
        for (const agent of chosen[0] === grow ? [1, 2] : [])
          if (done[agent] === shrink) expect(team.allowed(agent)).toEqual([shrink]);
      }),
    );
  });
});
