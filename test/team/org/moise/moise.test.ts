import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { exportMoise } from "../../../../src/team/org/moise/export-moise.ts";
import { importMoise, type ImportedOrganization } from "../../../../src/team/org/moise/import-moise.ts";
import type { Organization } from "../../../../src/team/org/specification/organization.ts";
import { parseOrganization } from "../../../../src/team/org/specification/parse-organization.ts";
import type { RawOrganization } from "../../../../src/team/org/specification/raw-organization.ts";
import { organizations } from "./random-organization.ts";

async function imported(xml: string): Promise<ImportedOrganization> {
  const result = await importMoise(xml);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.value;
}

async function problemsOf(xml: string): Promise<readonly string[]> {
  const result = await importMoise(xml);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

/** What an organization says, whatever the order of its preferences. */
function meaning(document: unknown): Organization | readonly unknown[] {
  const parsed = parseOrganization(JSON.stringify(document), "o.json");
  if (!parsed.ok) return parsed.problems;
  const { preferences } = parsed.value;
  const keyOf = ({ mission, over }: (typeof preferences)[number]): string => `${mission} ${over}`;
  return { ...parsed.value, preferences: preferences.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b))) };
}

function inside(content: string, head = ""): string {
  return `<organisational-specification id="shop" os-version="1.0" xmlns="http://moise.sourceforge.net/os">${head}${content}</organisational-specification>`;
}

/** A kitchen in the grammar of Moise's own examples. */
const kitchen = inside(`
  <structural-specification>
    <role-definitions>
      <role id="staff"/>
      <role id="cook"><extends role="staff"/></role>
      <role id="chef"><extends role="cook"/></role>
      <role id="waiter"><extends role="soc"/></role>
    </role-definitions>
    <link-types><link-type id="authority"/><link-type id="friendship"/></link-types>
    <group-specification id="house" min="1" max="1">
      <roles><role id="waiter" min="1" max="4"/></roles>
      <links>
        <link from="waiter" to="staff" type="communication" scope="inter-group" extends-subgroups="true" bi-dir="false"/>
        <link from="cook" to="waiter" type="friendship"/>
      </links>
      <subgroups>
        <group-specification id="kitchen">
          <roles><role id="cook"/><role id="chef" min="1" max="1"/></roles>
          <links><link from="chef" to="cook" type="authority"/></links>
          <formation-constraints>
            <cardinality object="role" id="cook" min="2" max="6"/>
            <compatibility from="chef" to="cook" type="compatibility" bi-dir="true"/>
          </formation-constraints>
        </group-specification>
        <include-group-specification uri="bar.xml"/>
      </subgroups>
      <formation-constraints>
        <cardinality object="group" id="kitchen" min="1" max="1"/>
        <cardinality object="role" id="staff" max="9"/>
      </formation-constraints>
    </group-specification>
  </structural-specification>
  <functional-specification>
    <scheme id="dinner">
      <goal id="served" ttf="2 hours" min="1">
        <plan operator="sequence" success-rate="0.8">
          <goal id="cooked" ttf="30 minutes" ds="Everything is done"><argument id="dish"/></goal>
          <goal id="carried" ttf="soon" type="maintenance"/>
        </plan>
      </goal>
      <mission id="cooking" min="1" max="3"><goal id="cooked"/></mission>
      <mission id="carrying"><goal id="carried"/><preferred mission="cooking"/></mission>
    </scheme>
  </functional-specification>
  <normative-specification>
    <properties><property id="default_management" value="fail"/></properties>
    <norm id="n1" type="obligation" role="cook" mission="cooking" time-constraint="1 hour"/>
    <norm id="n2" type="permission" role="waiter" mission="carrying" condition="fulfilled(x)"/>
    <npl-norms>norm x: true</npl-norms>
  </normative-specification>
`);

describe("XML of Moise", () => {
  test("becomes an organization", async () => {
    const { document } = await imported(kitchen);
    expect(document).toMatchObject({
      name: "shop",
      structural: {
        roles: {
          staff: { abstract: true },
          cook: { extends: ["staff"] },
          chef: { extends: ["cook"] },
          waiter: {},
        },
        group: {
          id: "house",
          roles: { waiter: { min: 1, max: 4 } },
          links: [{ type: "communication", from: "waiter", to: "staff", scope: "inter", extends_to_subgroups: true }],
          subgroups: [
            {
              id: "kitchen",
              min: 1,
              max: 1,
              roles: { cook: { min: 2, max: 6 }, chef: { min: 1, max: 1 } },
              links: [{ type: "authority", from: "chef", to: "cook", scope: "intra", bidirectional: false }],
              compatibilities: [{ from: "chef", to: "cook", bidirectional: true }],
            },
          ],
        },
      },
      functional: {
        schemes: [
          {
            id: "dinner",
            goal: {
              id: "served",
              within_s: 7_200,
              plan: {
                operator: "sequence",
                success_rate: 0.8,
                goals: [{ id: "cooked", within_s: 1_800, description: "Everything is done" }, { id: "carried" }],
              },
            },
            missions: { cooking: { goals: ["cooked"], min: 1, max: 3 }, carrying: { goals: ["carried"] } },
          },
        ],
        preferences: [{ mission: "cooking", over: "carrying" }],
      },
      normative: [
        { id: "n1", type: "obligation", role: "cook", mission: "cooking", within_s: 3_600 },
        { id: "n2", type: "permission", role: "waiter", mission: "carrying" },
      ],
    });
    expect(document.functional!.schemes[0]!.goal.plan!.goals[1]).not.toHaveProperty("within_s");
    expect(document.normative![1]).not.toHaveProperty("when");
  });

  test("is listed where it means nothing here, nothing is dropped unsaid", async () => {
    const { notes } = await imported(kitchen);
    const places = notes.flatMap(({ paths }) => paths);
    const expected = [
      "waiter.extends[0]",
      "link-type.friendship",
      "links[0].link[1].type",
      "include-group-specification[0]",
      "formation-constraints[0].cardinality.staff",
      "served.min",
      "cooked.argument.dish",
      "carried.ttf",
      "carried.type",
      "property.default_management",
      "n2.condition",
      "npl-norms[0]",
      // What has still to be said.
      "dinner.cooked",
      "dinner.carried",
    ];
    for (const place of expected)
      expect(
        places.filter((path) => path.endsWith(place)),
        place,
      ).toHaveLength(1);
    expect(places.filter((path) => !expected.some((place) => path.endsWith(place)))).toEqual([]);
  });

  test("is an organization once it is said when goals are reached", async () => {
    const { document } = await imported(kitchen);
    const said = JSON.stringify(document).replaceAll(
      /"id":"(cooked|carried)"/g,
      '$&,"reached":"#any_seq,grow,#any_obs"',
    );
    expect(meaning(JSON.parse(said))).toMatchObject({ name: "shop" });
    expect(meaning(document)).toHaveLength(2);
  });

  test("of any organization reads back as the same", async () => {
    await fc.assert(
      fc.asyncProperty(organizations, async (document) => {
        const before = meaning(document);
        expect(before).toMatchObject({ name: "random" });
        const { xml } = exportMoise(document);
        const { document: again, notes } = await imported(xml);
        expect(meaning(again)).toEqual(before);
        expect(notes.filter(({ what }) => !what.startsWith("one group is made"))).toEqual([]);
        const settled = exportMoise(again).xml;
        expect(exportMoise((await imported(settled)).document).xml).toBe(settled);
      }),
      { numRuns: 25 },
    );
  });

  test("has roles after those they extend and missions after those preferred to them, as Moise wants them", () => {
    const document: RawOrganization = {
      name: "order",
      structural: {
        roles: { child: { extends: ["parent"] }, parent: { abstract: true } },
        group: { id: "g", roles: { child: {} } },
      },
      functional: {
        schemes: [{ id: "s", goal: { id: "x" }, missions: { late: { goals: ["x"] }, soon: { goals: ["x"] } } }],
        preferences: [{ mission: "soon", over: "late" }],
      },
    };
    const { xml } = exportMoise(document);
    expect(xml.indexOf('<role id="parent"')).toBeLessThan(xml.indexOf('<role id="child"'));
    expect(xml.indexOf('<mission id="soon"')).toBeLessThan(xml.indexOf('<mission id="late"'));
  });

  test("of roles/karma.json says what Moise has no words for, and reads back as the same", async () => {
    const document = JSON.parse(
      readFileSync(new URL("../../../../roles/karma.json", import.meta.url), "utf8"),
    ) as RawOrganization;
    const { xml, notes } = exportMoise(document);
    expect(notes.flatMap(({ paths }) => paths)).toEqual(
      expect.arrayContaining(["labels", "structural.roles.ddos.rules", "normative.entry-absorbs.when"]),
    );
    expect(meaning((await imported(xml)).document)).toEqual(meaning(document));
  });
});

describe("XML that is no organization", () => {
  test("is refused with everything that is wrong at once", async () => {
    const broken = kitchen
      .replace('<extends role="staff"/>', '<extends role="stuff"/>')
      .replace('operator="sequence"', 'operator="quickly"')
      .replace('<role id="staff"/>', '<role id="staff"/><role id="staff"/>')
      .replace('id="waiter" min="1"', 'id="waiter" min="some"');
    const problems = await problemsOf(broken);
    for (const part of ["staff twice", "operator", "roles.waiter.min"])
      expect(
        problems.filter((problem) => problem.includes(part)),
        part,
      ).not.toEqual([]);
    const references = kitchen
      .replace('<extends role="staff"/>', '<extends role="stuff"/>')
      .replace('role="cook" mission', 'role="cock" mission');
    const slips = await problemsOf(references);
    expect(slips.join("\n")).toMatch(/stuff.*staff/);
    expect(slips.join("\n")).toMatch(/cock.*cook/);
  });

  test.each<[string, string, RegExp]>([
    ["another root", "<html/>", /expected <organisational-specification>/],
    ["no XML", "structural:", /expected XML/],
    ["an element that is not closed", "<a><b></a>", /line 1, column \d+: expected XML/],
    ["an attribute twice", '<a x="1" x="2"/>', /Attribute x redefined/],
    ["an unknown entity", "<a>&lol;</a>", /entity not found/],
    ["a document type", '<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>', /line 1: expected no document type/],
    ["nothing", "", /missing root/],
    ["elements deep inside each other", "<a>".repeat(100_000), /at most 64 elements inside each other/],
    ["depth hidden in attributes", '<a b="/>">'.repeat(100_000), /at most 64 elements inside each other/],
    ["very many elements", `<a>${"<b/>".repeat(20_000)}</a>`, /at most 10000 elements/],
    ["a huge text", " ".repeat(1_048_577), /at most 1048576 characters/],
    ["no parts at all", inside(""), /structural/],
    [
      "a property of karma that is no object",
      inside("", '<properties><property id="karma.role.x" value="7"/></properties>'),
      /expected a JSON object/,
    ],
  ])("is refused: %s", async (_, xml, expected) => {
    expect((await problemsOf(xml)).join("\n")).toMatch(expected);
  });

  test("comments and sections of text are passed over", async () => {
    const { document } = await imported(kitchen.replace("<scheme", "<!-- <scheme> --><![CDATA[<scheme>]]><scheme"));
    expect(document.functional!.schemes).toHaveLength(1);
  });

  test.each(["__proto__", "constructor"])("a role called %s is a name like any other, or refused", async (name) => {
    const text = await problemsOf(kitchen.replaceAll("waiter", name));
    expect({}).not.toHaveProperty("extends");
    expect(text.every((problem) => problem.includes("expected"))).toBe(true);
  });
});
