import { expect, test } from "vitest";
import { dashboardJson } from "../../../../src/system/compile/monitoring/dashboard.ts";
import { monitoringObjects } from "../../../../src/system/compile/monitoring/monitoring.ts";
import { panelRows } from "../../../../src/system/compile/monitoring/panels.ts";
import { queriesOf } from "../../../../src/system/compile/monitoring/queries.ts";
import { ruleGroups } from "../../../../src/system/compile/monitoring/rules.ts";
import { karmaChained, topologyOf } from "../../topology/fixtures.ts";
import { at, listAt, recordAt } from "../objects.ts";

const topology = topologyOf(karmaChained);
const objects = monitoringObjects(topology);

function deploymentIn(list: readonly object[], name: string): unknown {
  return list.find((object) => at(object, "kind") === "Deployment" && at(object, "metadata.name") === name);
}

test("the dashboard has a row for the entry and for every service, and no two panels on one place", () => {
  const { panels } = JSON.parse(dashboardJson(topology)) as { readonly panels: readonly object[] };
  const rows = panels.filter((panel) => at(panel, "type") === "row").map((panel) => at(panel, "title"));
  expect(rows).toEqual(["Entry", "a", "b", "c", "d"]);
  const cells = new Set<string>();
  for (const panel of panels) {
    const { x, y, w, h } = recordAt(panel, "gridPos") as Record<string, number>;
    for (let column = x!; column < x! + w!; column++) {
      for (let line = y!; line < y! + h!; line++) {
        expect(column).toBeLessThan(24);
        expect(cells.has(`${column} ${line}`), String(at(panel, "title"))).toBe(false);
        cells.add(`${column} ${line}`);
      }
    }
  }
  expect(new Set(panels.map((panel) => at(panel, "id"))).size).toBe(panels.length);
});

test("every line of every panel asks for this topology alone, or for a constant", () => {
  const exprs = panelRows(topology).flatMap(({ panels }) =>
    panels.flatMap(({ lines }) => lines.map(({ expr }) => expr)),
  );
  expect(exprs.length).toBeGreaterThan(50);
  for (const expr of exprs) {
    const selectors = expr.match(/\{[^}]*\}/g) ?? [];
    if (selectors.length === 0) expect(expr).toMatch(/^vector\(/);
    for (const selector of selectors) expect(selector).toContain(`namespace="karma-${topology.name}"`);
  }
});

test("slow is what is beyond the largest edge of the histogram that is not above the objective", () => {
  const at300 = { ...topology, objective: { ...topology.objective, p95Ms: 300 } };
  expect(queriesOf(at300).entry.violatingShare).toContain('le="0.25"');
  const exactly = { ...topology, objective: { ...topology.objective, p95Ms: 250 } };
  expect(queriesOf(exactly).entry.violatingShare).toContain('le="0.25"');
});

test("every alert says what is wrong, of which topology, and which service where it is one", () => {
  const alerts = ruleGroups(topology).flatMap(({ rules }) => rules.filter((rule) => "alert" in rule));
  expect([...new Set(alerts.map(({ alert }) => alert))]).toEqual([
    "KarmaViolatingShare",
    "KarmaLatencyOverObjective",
    "KarmaPodsPending",
    "KarmaCrashLooping",
    "KarmaCpuAtLimit",
    "KarmaReplicasAtMaximum",
  ]);
  for (const { annotations, labels } of alerts) {
    expect(annotations.summary.length).toBeGreaterThan(20);
    expect(labels["topology"]).toBe(topology.name);
  }
  expect(alerts.filter(({ labels }) => labels["service"] === "d")).toHaveLength(2);
});

test("monitoring may list pods and Deployments of the topology's namespace, and nothing else", () => {
  const rules = objects.filter((object) => at(object, "kind") === "Role").flatMap((role) => listAt(role, "rules"));
  expect(rules).toEqual([
    { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"] },
  ]);
  expect(objects.some((object) => String(at(object, "kind")).startsWith("Cluster"))).toBe(false);
});

test("its pods are nobody's root, write to their own folders alone, and hold a token only where they need one", () => {
  const holders: unknown[] = [];
  for (const deployment of objects.filter((object) => at(object, "kind") === "Deployment")) {
    const spec = at(deployment, "spec.template.spec");
    expect(at(spec, "securityContext.runAsNonRoot")).toBe(true);
    expect(at(listAt(spec, "containers")[0], "securityContext")).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    });
    expect(String(at(listAt(spec, "containers")[0], "image"))).toMatch(/:[v\d][\w.-]+$/);
    if (at(spec, "automountServiceAccountToken") === true) holders.push(at(deployment, "metadata.name"));
  }
  expect(holders).toEqual(["state"]);
});

test("topologies that are watched already stay watched", () => {
  const both = monitoringObjects(topology, { others: ["karma-shop"] });
  const envs = listAt(listAt(deploymentIn(both, "state"), "spec.template.spec.containers")[0], "env");
  expect(envs).toContainEqual({ name: "NAMESPACES", value: `karma-shop,karma-${topology.name}` });
  const volumes = listAt(deploymentIn(both, "prometheus"), "spec.template.spec.volumes");
  const sources = volumes.flatMap((volume) => listAt(volume, "projected.sources"));
  expect(sources.map((source) => at(source, "configMap.name"))).toContain("rules-of-karma-shop");
  expect(both.map((one) => at(one, "metadata.name"))).not.toContain("rules-of-karma-shop");
});

function hashOf(list: readonly object[]): unknown {
  return at(deploymentIn(list, "prometheus"), "spec.template.metadata.annotations");
}

test("a change of rules starts Prometheus anew, and nothing else does", () => {
  const stricter = { ...topology, objective: { ...topology.objective, p95Ms: 123 } };
  expect(hashOf(monitoringObjects(topology))).toEqual(hashOf(objects));
  expect(hashOf(monitoringObjects(stricter))).not.toEqual(hashOf(objects));
});

test("without an image of Grafana there is none", () => {
  expect(deploymentIn(objects, "grafana")).toBeDefined();
  const without = monitoringObjects(topology, { grafanaImage: undefined });
  expect(JSON.stringify(without)).not.toContain("grafana");
});
