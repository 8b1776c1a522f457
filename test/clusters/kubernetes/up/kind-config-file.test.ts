import { parse } from "yaml";
import { expect, test } from "vitest";
import { mergeKindConfig } from "../../../../src/clusters/kubernetes/up/kind-config-file.ts";

const own = `kind: Cluster
nodes:
  - role: control-plane
    image: kindest/node:v1.34.4
    extraPortMappings: [{ containerPort: 30100, hostPort: 30100 }]
`;
const header = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n";
const merged = (theirs: string): unknown => parse(mergeKindConfig(theirs, own, "mine.yaml"));

test("the first control plane gets our ports beside its own, and our image where it names none", () => {
  const theirs = `${header}networking: { apiServerPort: 6443 }
nodes:
  - role: worker
    image: other
  - role: control-plane
    extraPortMappings: [{ containerPort: 80, hostPort: 80 }]
  - role: control-plane
`;
  expect(merged(theirs)).toMatchObject({
    networking: { apiServerPort: 6443 },
    nodes: [
      { role: "worker", image: "other" },
      { image: "kindest/node:v1.34.4", extraPortMappings: [{ containerPort: 80 }, { containerPort: 30100 }] },
      { role: "control-plane", image: "kindest/node:v1.34.4" },
    ],
  });
  expect((merged(theirs) as { nodes: object[] }).nodes[2]).not.toHaveProperty("extraPortMappings");
});

test("without nodes there is one", () => {
  expect(merged(header)).toMatchObject({ nodes: [{ role: "control-plane", extraPortMappings: [{}] }] });
});

test.each([
  ["kind: Pod", "no `kind: Cluster`"],
  ["", "no `kind: Cluster`"],
  ["{", "Flow map"],
  [`${header}nodes: 3`, "nodes that are no list"],
  [`${header}nodes: [{ role: worker }]`, "no node of role control-plane"],
])("%j is refused", (theirs, found) => {
  expect(() => merged(theirs)).toThrow(`mine.yaml: expected a configuration of kind, found ${found}`);
});
