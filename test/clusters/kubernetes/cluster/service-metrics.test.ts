import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PodState } from "../../../../src/clusters/kubernetes/cluster/pod-state.ts";
import type { PodUsage } from "../../../../src/clusters/kubernetes/cluster/pod-usage.ts";
import {
  type ServiceMetrics,
  startServiceMetrics,
} from "../../../../src/clusters/kubernetes/cluster/service-metrics.ts";
import type { TrafficSourceName } from "../../../../src/clusters/kubernetes/cluster/traffic-source.ts";
import { readPodSample } from "../../../../src/clusters/metrics/pod-sample.ts";
import { kubernetesTiming } from "../../../../src/control/loop/timing.ts";
import { podState } from "./pod-object.ts";

let pods: PodState[];
let usage: Map<string, PodUsage>;
let name: TrafficSourceName;
let nextName: TrafficSourceName;
/** CPU of each pod so far, s; a pod that is left out does not answer. */
let cpuS: Readonly<Record<string, number>>;
let sampledAgoMs: number;
let metrics: ServiceMetrics;
let zeroMs: number;

const nowMs = (): number => performance.now() - zeroMs;

beforeEach(() => {
  vi.useFakeTimers();
  zeroMs = performance.now();
  pods = [podState({ name: "a" })];
  usage = new Map();
  name = "pods";
  nextName = "pods";
  cpuS = { a: 0 };
  sampledAgoMs = 0;
  metrics = startServiceMetrics({
    service: "cart",
    timing: kubernetesTiming,
    nowMs,
    periodMs: 15_000,
    phaseMs: 1_000,
    source: {
      name: () => name,
      collect: async (asked) => {
        name = nextName;
        return asked.flatMap((pod) => {
          const seconds = cpuS[pod.name];
          if (seconds === undefined) return [];
          const sample = readPodSample(`process_cpu_seconds_total ${seconds}\n`, () => true);
          return [{ incarnation: `${pod.name}/0`, isReady: pod.isReady, atMs: nowMs() - sampledAgoMs, sample }];
        });
      },
    },
    objectiveMs: 100,
    pods: () => pods,
    limitMilli: 200,
    usage: () => usage,
    createdAtMs: () => -60_000,
    onFailure: (error) => expect.unreachable(String(error)),
  });
});
afterEach(() => {
  metrics.stop();
  vi.useRealTimers();
});

test("CPU is a share of what the pod has, which a resize changes", async () => {
  await vi.advanceTimersByTimeAsync(1_000);
  cpuS = { a: 3 };
  await vi.advanceTimersByTimeAsync(17_000);
  expect(metrics.signals(nowMs())).toMatchObject({ cpu: 1, ageMs: 2_000 });
  pods = [podState({ name: "a", wanted: "400m" })];
  expect(metrics.signals(nowMs())).toMatchObject({ cpu: 0.5 });
});

test("what ready pods do not tell grows old", async () => {
  await vi.advanceTimersByTimeAsync(3_000);
  cpuS = {};
  await vi.advanceTimersByTimeAsync(30_000);
  expect(metrics.signals(nowMs())!.ageMs).toBe(32_000);
});

test("a scraper that has seen nothing new since makes nothing younger", async () => {
  await vi.advanceTimersByTimeAsync(3_000);
  sampledAgoMs = 15_000;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(metrics.signals(nowMs())!.ageMs).toBe(17_000);
});

test("a service without a ready pod is known to get nothing", async () => {
  await vi.advanceTimersByTimeAsync(3_000);
  pods = [podState({ name: "b", isReady: false })];
  await vi.advanceTimersByTimeAsync(15_000);
  expect(metrics.signals(nowMs())).toMatchObject({ ageMs: 2_000, arrivalsPerS: 0 });
});

test("metrics.k8s.io tells CPU where it knows a pod, and the older of both is the age", async () => {
  await vi.advanceTimersByTimeAsync(18_000);
  usage = new Map([["a", { cores: 0.1, memoryMiB: 40, atMs: nowMs() - 9_000 }]]);
  expect(metrics.signals(nowMs())).toMatchObject({ cpu: 0.5, ageMs: 9_000 });
  expect(metrics.sources()).toEqual({ service: "cart", cpu: "metrics.k8s.io", traffic: "pods" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(metrics.sources()).toEqual({ service: "cart", cpu: "pods", traffic: "pods" });
});

test("samples of two sources never stand in one window", async () => {
  await vi.advanceTimersByTimeAsync(18_000);
  expect(metrics.signals(nowMs())).toMatchObject({ cpu: 0, arrivalsPerS: 0 });
  nextName = "prometheus";
  cpuS = { a: 1_000 };
  await vi.advanceTimersByTimeAsync(15_000);
  expect(metrics.signals(nowMs())).toMatchObject({ cpu: Number.NaN, arrivalsPerS: Number.NaN, ageMs: 2_000 });
  expect(metrics.sources().traffic).toBe("prometheus");
});
