import { expect, test } from "vitest";
import { stateText } from "../../mocks/src/state-text.ts";

const listing = {
  namespace: "karma-shop",
  deployments: [{ metadata: { name: "cart" }, spec: { replicas: 3 }, status: { readyReplicas: 2 } }],
  pods: [
    {
      metadata: { name: "cart-1" },
      spec: { containers: [{ name: "mock", resources: { requests: { cpu: "50m" }, limits: { cpu: "1.5" } } }] },
      status: {
        phase: "Running",
        containerStatuses: [{ name: "mock", restartCount: 4, state: { waiting: { reason: "CrashLoopBackOff" } } }],
      },
    },
    { metadata: { name: "cart-2" }, spec: { containers: [{ name: "mock" }] }, status: { phase: "Pending" } },
  ],
};
const lines = stateText([listing]).split("\n");

test.each([
  'kube_deployment_spec_replicas{namespace="karma-shop",deployment="cart"} 3',
  'kube_deployment_status_replicas_ready{namespace="karma-shop",deployment="cart"} 2',
  'kube_pod_status_phase{namespace="karma-shop",pod="cart-1",phase="Running"} 1',
  'kube_pod_status_phase{namespace="karma-shop",pod="cart-1",phase="Pending"} 0',
  'kube_pod_status_phase{namespace="karma-shop",pod="cart-2",phase="Pending"} 1',
  'kube_pod_container_resource_requests{namespace="karma-shop",pod="cart-1",container="mock",resource="cpu",unit="core"} 0.05',
  'kube_pod_container_resource_limits{namespace="karma-shop",pod="cart-1",container="mock",resource="cpu",unit="core"} 1.5',
  'kube_pod_container_status_restarts_total{namespace="karma-shop",pod="cart-1",container="mock"} 4',
  'kube_pod_container_status_waiting_reason{namespace="karma-shop",pod="cart-1",container="mock",reason="CrashLoopBackOff"} 1',
])("it says %s", (line) => {
  expect(lines).toContain(line);
});

test("series of one name stand together, below their type", () => {
  const names = lines.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" ")[2]);
  expect(new Set(names).size).toBe(names.length);
  expect(lines).toContain("# TYPE kube_pod_container_status_restarts_total counter");
});

test("a Deployment that nobody is ready of is said to have none", () => {
  const text = stateText([{ ...listing, deployments: [{ metadata: { name: "x" }, spec: {} }], pods: [] }]);
  expect(text).toContain('kube_deployment_spec_replicas{namespace="karma-shop",deployment="x"} 1');
  expect(text).toContain('kube_deployment_status_replicas_ready{namespace="karma-shop",deployment="x"} 0');
});
