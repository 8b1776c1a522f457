import { expect, test } from "vitest";
import { checkForKubernetes } from "../../../../src/clusters/kubernetes/hpa/hpa-checks.ts";
import { hpaObject } from "../../../../src/clusters/kubernetes/hpa/hpa-object.ts";
import { isKubernetesHpa, kubernetesHpaConfig } from "../../../../src/clusters/kubernetes/hpa/hpa-spec-text.ts";
import { KarmaError } from "../../../../src/core/errors.ts";
import { karmaChained, topologyOf } from "../../../system/topology/fixtures.ts";

const topology = topologyOf(karmaChained);

function objectFor(spec: string, requestShare = 1): ReturnType<typeof hpaObject> {
  const config = kubernetesHpaConfig(spec, topology.services.length);
  return hpaObject(config, { topology, namespace: "karma-x", service: 1, requestShare });
}

test("without options it is Kubernetes' defaults written out, at 60 % of the CPU", () => {
  expect(objectFor("kubernetes-hpa").spec).toEqual({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "b" },
    minReplicas: 1,
    maxReplicas: 3,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } }],
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [
          { type: "Pods", value: 4, periodSeconds: 15 },
          { type: "Percent", value: 100, periodSeconds: 15 },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: 300,
        selectPolicy: "Max",
        policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
      },
    },
  });
});

test("every option of our rule has its field", () => {
  const options = "up=5,down=60,up-pods=2,up-select=min,down-percent=30,down-select=disabled,period=20";
  const { behavior } = objectFor(`kubernetes-hpa:${options},up-tolerance=0.02,down-tolerance=0.25`).spec;
  expect(behavior).toEqual({
    scaleUp: {
      stabilizationWindowSeconds: 5,
      selectPolicy: "Min",
      policies: [{ type: "Pods", value: 2, periodSeconds: 20 }],
      tolerance: "20m",
    },
    scaleDown: {
      stabilizationWindowSeconds: 60,
      selectPolicy: "Disabled",
      policies: [{ type: "Percent", value: 30, periodSeconds: 20 }],
      tolerance: "250m",
    },
  });
});

test("a target of the limit becomes one of what is requested, and targets differ by service", () => {
  const [metric] = objectFor("kubernetes-hpa:target=50/60/70/80", 0.25).spec.metrics;
  expect(metric).toMatchObject({ resource: { target: { averageUtilization: 240 } } });
});

test("requests per second are an external metric, in thousandths", () => {
  expect(objectFor("kubernetes-hpa:rps=12.5").spec.metrics).toEqual([
    {
      type: "External",
      external: {
        metric: {
          name: "karma_requests_per_second",
          selector: { matchLabels: { "app.kubernetes.io/name": "b" } },
        },
        target: { type: "AverageValue", averageValue: "12500m" },
      },
    },
  ]);
});

test("what Kubernetes has no word for is said, all at once", () => {
  const config = kubernetesHpaConfig("kubernetes-hpa:down=4000,up-pods=1.5,period=2000,tolerance=0.0001", 4);
  try {
    checkForKubernetes(config);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof KarmaError)) throw error;
    expect(error.code).toBe("USAGE");
    expect(error.problems.map(({ path }) => path)).toEqual([
      "down",
      "up-pods",
      "period",
      "period",
      "up-tolerance",
      "down-tolerance",
    ]);
  }
});

test("only kubernetes-hpa is Kubernetes' own", () => {
  expect(["kubernetes-hpa", "kubernetes-hpa:60", "hpa:60", "kubernetes"].map(isKubernetesHpa)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
