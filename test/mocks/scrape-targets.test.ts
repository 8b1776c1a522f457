import { expect, test } from "vitest";
import { scrapeTargets } from "../../mocks/src/scrape-targets.ts";

const labels = {
  "app.kubernetes.io/part-of": "karma",
  "app.kubernetes.io/name": "cart",
  "app.kubernetes.io/instance": "shop",
};
const spec = { containers: [{ name: "mock", ports: [{ name: "http", containerPort: 8080 }] }] };
const pod = { metadata: { name: "cart-1", labels }, spec, status: { phase: "Running", podIP: "10.0.0.7" } };

function targetsOf(...pods: readonly (typeof pod)[]): ReturnType<typeof scrapeTargets> {
  return scrapeTargets([{ namespace: "karma-shop", deployments: [], pods }]);
}

test("a pod is named by its namespace, its service and its topology", () => {
  expect(targetsOf(pod)).toEqual([
    {
      targets: ["10.0.0.7:8080"],
      labels: { namespace: "karma-shop", pod: "cart-1", service: "cart", topology: "shop" },
    },
  ]);
});

test.each([
  ["has no address yet", { ...pod, status: { phase: "Pending" } }],
  ["has ended", { ...pod, status: { ...pod.status, phase: "Failed" } }],
  [
    "is not of a topology",
    { ...pod, metadata: { name: "x", labels: { ...labels, "app.kubernetes.io/part-of": "y" } } },
  ],
  ["has no port for it", { ...pod, spec: { containers: [{ name: "mock", ports: [] }] } }],
])("a pod that %s is not scraped", (_what, other) => {
  expect(targetsOf(other as typeof pod)).toEqual([]);
});
