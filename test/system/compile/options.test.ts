import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type GenerateOptions, generateArtifacts } from "../../../src/system/compile/generate.ts";
import { MOCK_IMAGE, type KubernetesOptions } from "../../../src/system/compile/kubernetes-options.ts";
import { topologyHash } from "../../../src/system/compile/namespace.ts";
import { karmaChained, topologyOf } from "../topology/fixtures.ts";
import { type KubernetesObject, at, listAt, objectsIn } from "./objects.ts";

const karma = topologyOf(karmaChained);

function objectOf(kind: string, name: string, options: Partial<KubernetesOptions>): KubernetesObject | undefined {
  const objects = objectsIn(generateArtifacts(karma, { kubernetes: options }));
  return objects.find((object) => object.kind === kind && object.metadata.name === name);
}

function textOf(path: string, options: GenerateOptions): string {
  return generateArtifacts(karma, options).find((artifact) => artifact.path === path)!.content;
}

test("a share of the CPU is requested, all of the memory, and the limits stay", () => {
  const container = listAt(objectOf("Deployment", "b", { requestShare: 0.25 }), "spec.template.spec.containers")[0];
  expect(at(container, "resources")).toEqual({
    requests: { cpu: "100m", memory: "512Mi" },
    limits: { cpu: "400m", memory: "512Mi" },
  });
});

test("an HPA's target is a share of the limit, whatever is requested, and it alone decides the replicas", () => {
  const options = { requestShare: 0.25, hpa: { cpuTargetPercent: 60 } };
  const metric = listAt(objectOf("HorizontalPodAutoscaler", "b", options), "spec.metrics")[0];
  expect(at(metric, "resource.target")).toEqual({ type: "Utilization", averageUtilization: 240 });
  expect(at(objectOf("Deployment", "b", options), "spec.replicas")).toBeUndefined();
  expect(at(objectOf("Deployment", "b", {}), "spec.replicas")).toBe(1);
});

test("the entry answers at the chosen port of the nodes, and kind maps it to this machine alone", () => {
  const nodePort = 30_080;
  expect(at(listAt(objectOf("Service", "a", { nodePort }), "spec.ports")[0], "nodePort")).toBe(nodePort);
  expect(at(objectOf("Service", "b", { nodePort }), "spec.type")).toBe("ClusterIP");
  const kind = textOf("kind.yaml", { kubernetes: { nodePort }, kind: { hostPort: 8_000 } });
  expect(kind).toContain(`containerPort: ${nodePort}\n        hostPort: 8000\n        listenAddress: "127.0.0.1"`);
});

test("without a node port the entry is inside the cluster only, and kind maps nothing", () => {
  expect(at(objectOf("Service", "a", { nodePort: undefined }), "spec.type")).toBe("ClusterIP");
  expect(textOf("kind.yaml", { kubernetes: { nodePort: undefined } })).not.toContain("extraPortMappings");
});

test("each entry has a port of its own", () => {
  const two = topologyOf({
    services: { a: { cpu: 1, computation_throughput: 1 }, b: { cpu: 1, computation_throughput: 1 } },
    connections: ["a", "b"].map((destination) => ({ source: "INPUT", destination })),
  });
  const artifacts = generateArtifacts(two, { kubernetes: { nodePort: 30_080 } });
  const services = objectsIn(artifacts).filter(({ kind }) => kind === "Service");
  expect(services.map((service) => at(listAt(service, "spec.ports")[0], "nodePort"))).toEqual([30_080, 30_081]);
  expect(() => generateArtifacts(two, { kubernetes: { nodePort: 32_767 } })).toThrow("expected 2 node ports");
});

test("who may not call a service in the topology is kept out", () => {
  const from = listAt(listAt(objectOf("NetworkPolicy", "d", { hasNetworkPolicy: true }), "spec.ingress")[0], "from");
  const callers = from.map((peer) => at(peer, "podSelector.matchLabels")).filter((labels) => labels !== undefined);
  expect(callers.map((labels) => Object.values(labels as object)[0])).toEqual(["b", "c"]);
});

test.each<[Partial<KubernetesOptions>, string]>([
  [{ requestShare: 0 }, "expected a request share in (0, 1], found 0"],
  [{ requestShare: 2 }, "expected a request share in (0, 1], found 2"],
  [{ nodePort: 80 }, "expected a node port from 30000 to 32767, found 80"],
  [{ hpa: { cpuTargetPercent: 0 } }, "expected a CPU target from 1 to 100 percent, found 0"],
])("%j is refused", (kubernetes, message) => {
  expect(() => generateArtifacts(karma, { kubernetes })).toThrow(message);
});

test("the pods of a service are replaced when its configuration changes, and only then", () => {
  const slower = topologyOf(JSON.parse(JSON.stringify(karmaChained).replace('"cpu":400', '"cpu":401')));
  const hashes = [karma, slower].map((topology) =>
    objectsIn(generateArtifacts(topology))
      .filter(({ kind }) => kind === "Deployment")
      .map((object) => JSON.stringify(at(object, "spec.template.metadata.annotations"))),
  );
  expect(hashes[0]!.map((hash, index) => hash === hashes[1]![index])).toEqual([true, false, true, true]);
  expect(topologyHash(slower)).not.toBe(topologyHash(karma));
});

test("the image's tag is the version of the mock, and its libraries are those that are tested", () => {
  const { version, dependencies } = readJson("mocks/package.json");
  expect(MOCK_IMAGE).toBe(`karma-mock:${version}`);
  const locked = readJson("mocks/package-lock.json").packages;
  expect(locked[""]).toMatchObject({ version, dependencies });
  const tested = readJson("package-lock.json").packages;
  const libraries = Object.entries(locked).filter(([path]) => path !== "");
  expect(libraries.length).toBeGreaterThan(50);
  for (const [path, { version: own }] of libraries)
    expect((tested[`mocks/${path}`] ?? tested[path])?.version, path).toBe(own);
});

type PackageFile = {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
};

function readJson(path: string): PackageFile {
  return JSON.parse(readFileSync(path, "utf8")) as PackageFile;
}
