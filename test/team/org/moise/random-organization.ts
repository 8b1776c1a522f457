// oxlint-disable oxc/no-map-spread -- arbitraries are mapped, not arrays
import * as fc from "fast-check";
import type {
  RawGoal,
  RawGroup,
  RawLink,
  RawMission,
  RawNorm,
  RawOrganization,
  RawRelation,
  RawRole,
  RawScheme,
} from "../../../../src/team/org/specification/raw-organization.ts";

const names = ["alpha", "beta", "gamma", "delta"] as const;
const histories = ["#any_seq,hot", "#any_seq,hot,#any_seq,cold", "[hot,#any_act](2,*)|cold", "#any_seq,grow,#any_obs"];
const text = fc.constantFrom("plain", 'with "quotes" & <brackets>', "a\nsecond line\tand a tab", "été");

function optional<T, Key extends string>(key: Key, value: fc.Arbitrary<T>): fc.Arbitrary<{ readonly [k in Key]?: T }> {
  return fc
    .option(value, { nil: undefined })
    .map((one) => (one === undefined ? {} : { [key]: one }) as { readonly [k in Key]?: T });
}

function both<A, B>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>): fc.Arbitrary<A & B> {
  return fc.tuple(a, b).map(([one, other]) => ({ ...one, ...other }));
}

const history = fc.constantFrom(...histories);
const deadline = optional("within_s", fc.constantFrom(0.1, 30, 180, 3_600, 1e-9, 86_400));

const rule = fc.record({
  history,
  allow: fc.constantFrom(["grow"], ["grow", "keep"]),
  hardness: fc.constantFrom(0, 0.5, 1),
});

const anyRole: fc.Arbitrary<RawRole> = both(
  optional("services", fc.constantFrom(["all"], ["entry", "leaf"], [])),
  both(optional("rules", fc.array(rule, { maxLength: 2 })), optional("description", text)),
);

/** The last role is always played, so that every role has somebody who may play it or one that extends it. */
const roles: fc.Arbitrary<Record<string, RawRole>> = fc
  .tuple(...names.map((_, at) => fc.tuple(anyRole, fc.nat(Math.max(0, at - 1)), fc.boolean())))
  .map((all) => {
    const made = all.map(([own, parent, hasParent], at) => {
      const inherited = at > 0 && hasParent ? { extends: [names[parent]!] } : {};
      return [names[at]!, { ...own, ...inherited }] as const;
    });
    // Sometimes children stand before their parents.
    return Object.fromEntries(all[0]![2] ? made : made.toReversed());
  });

const relation: fc.Arbitrary<RawRelation> = both(
  fc.constantFrom(...names.flatMap((from, at) => names.slice(at + 1).map((to) => ({ from, to })))),
  both(
    optional("scope", fc.constantFrom("intra" as const, "inter" as const)),
    both(optional("bidirectional", fc.boolean()), optional("extends_to_subgroups", fc.boolean())),
  ),
);

const link: fc.Arbitrary<RawLink> = fc
  .tuple(relation, fc.constantFrom("acquaintance" as const, "communication" as const, "authority" as const))
  // Authority that leads both ways is refused.
  .map(([one, type]) => ({ ...one, type, bidirectional: type !== "authority" && one.bidirectional === true }));

const bounds = fc.constantFrom({}, { min: 0 }, { max: 3 }, { min: 1, max: 2 });

function group(id: string, own: readonly string[], subgroups: readonly RawGroup[]): fc.Arbitrary<RawGroup> {
  return fc
    .record({
      bounds: fc.constantFrom({}, { min: 0 }, { min: 1, max: 1 }, { max: 4 }),
      cardinalities: fc.tuple(...own.map(() => bounds)),
      links: fc.array(link, { maxLength: 3 }),
      compatibilities: fc.array(relation, { maxLength: 2 }),
    })
    .map((made) => ({
      id,
      ...made.bounds,
      roles: Object.fromEntries(own.map((name, at) => [name, made.cardinalities[at]!])),
      links: made.links,
      compatibilities: made.compatibilities,
      subgroups,
    }));
}

/** Roles stand in the whole group, in one of two inside it, or in none; the last one somewhere for sure. */
const groups: fc.Arbitrary<RawGroup> = fc
  .tuple(...names.map((_, at) => fc.nat(at === names.length - 1 ? 2 : 3)))
  .chain((places) => {
    const at = (place: number): readonly string[] => names.filter((_, name) => places[name] === place);
    return group("left", at(1), [])
      .chain((left) => group("right", at(2), []).map((right) => [left, right]))
      .chain((inner) => group("all", at(0), inner));
  });

function leaf(id: string): fc.Arbitrary<RawGoal> {
  const bonus = optional("bonus", fc.constantFrom(0, 0.25, 2));
  return both(
    fc.record({ id: fc.constant(id), reached: history }),
    both(both(bonus, deadline), optional("description", text)),
  );
}

function plan(goals: fc.Arbitrary<readonly RawGoal[]>): fc.Arbitrary<NonNullable<RawGoal["plan"]>> {
  const operator = fc.constantFrom("sequence" as const, "choice" as const, "parallel" as const);
  return both(fc.record({ operator, goals }), optional("success_rate", fc.constantFrom(0.1, 0.9, 1)));
}

function goal(prefix: string): fc.Arbitrary<RawGoal> {
  const inner = plan(fc.tuple(leaf(`${prefix}-c`), leaf(`${prefix}-d`))).map((one) => ({
    id: `${prefix}-b`,
    plan: one,
  }));
  return plan(fc.tuple(leaf(`${prefix}-a`), inner)).map((one) => ({ id: prefix, plan: one }));
}

function anyMission(goals: readonly string[]): fc.Arbitrary<RawMission> {
  const cardinality = fc.constantFrom({}, { max: 2 }, { min: 0, max: 5 });
  return both(
    fc.record({ goals: fc.constant(goals) }),
    both(cardinality, optional("weight", fc.constantFrom(0, 0.5, 3))),
  );
}

function scheme(id: string): fc.Arbitrary<RawScheme> {
  return fc.record({
    id: fc.constant(id),
    goal: goal(`${id}-goal`),
    missions: fc.record({
      [`${id}-one`]: anyMission([`${id}-goal-a`, `${id}-goal-c`]),
      [`${id}-two`]: anyMission([`${id}-goal-d`, `${id}-goal`]),
    }),
  });
}

const missions = ["s-one", "s-two", "t-one", "t-two"];

function norm(mission: string): fc.Arbitrary<RawNorm> {
  const base = fc.record({
    id: fc.constant(`norm-${mission}`),
    type: fc.constantFrom("obligation" as const, "permission" as const),
    role: fc.constantFrom(...names),
    mission: fc.constant(mission),
  });
  return both(both(base, optional("when", history)), both(deadline, optional("penalty", fc.constantFrom(0, 2.5))));
}

const preferences = fc.subarray(
  missions.flatMap((mission, at) => missions.slice(at + 1).map((over) => ({ mission, over }))),
);

/** Organizations with everything they can have; a role that no group has is abstract. */
export const organizations: fc.Arbitrary<RawOrganization> = fc
  .record({
    roles,
    group: groups,
    schemes: fc.tuple(scheme("s"), scheme("t")),
    preferences,
    normative: fc.tuple(...missions.map(norm)),
    description: fc.option(text, { nil: undefined }),
  })
  .map(({ roles: all, group: whole, schemes, preferences: better, normative, description }) => {
    const played = [whole, ...(whole.subgroups ?? [])].flatMap((one) => Object.keys(one.roles ?? {}));
    const playable = Object.entries(all).map(([name, { services, ...own }]) => [
      name,
      played.includes(name) ? { ...own, ...(services && { services }) } : { ...own, abstract: true },
    ]);
    return {
      name: "random",
      ...(description !== undefined && { description }),
      labels: { hot: [{ signal: "cpu", above: 0.8 }], cold: [{ signal: "cpu", below: 0.2 }] },
      structural: { roles: Object.fromEntries(playable), group: whole },
      functional: { schemes, preferences: better },
      normative: normative.map((one) => (isPlayable(all, played, one.role) ? one : { ...one, role: names.at(-1)! })),
    };
  });

/** True where the role is played, or one that extends it. */
function isPlayable(all: Readonly<Record<string, RawRole>>, played: readonly string[], role: string): boolean {
  const heirs = Object.keys(all).filter((name) => all[name]!.extends?.includes(role) === true);
  return played.includes(role) || heirs.some((heir) => isPlayable(all, played, heir));
}
