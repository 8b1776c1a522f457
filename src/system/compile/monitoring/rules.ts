import { kubernetesName } from "../kubernetes-names.ts";
import type { Topology } from "../../topology/topology.ts";
import { type Queries, queriesOf } from "./queries.ts";

export type RecordingRule = {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
};

export type AlertRule = {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string };
};

export type RuleGroup = { readonly name: string; readonly rules: readonly (RecordingRule | AlertRule)[] };

/** A service that uses so much of its CPU limit has none to spare. */
const CPU_AT_LIMIT = 0.9;
const RESTARTS_IN_10_MIN = 3;

/** Prometheus' rules of a topology: what it is held to as series of its own, and what somebody should look at. */
export function ruleGroups(topology: Topology): readonly RuleGroup[] {
  const queries = queriesOf(topology);
  const name = kubernetesName(`karma-${topology.name}`);
  return [
    { name: `${name}-records`, rules: recordingRules(topology, queries) },
    { name: `${name}-alerts`, rules: alertRules(topology, queries) },
  ];
}

function recordingRules(topology: Topology, { entry, service }: Queries): readonly RecordingRule[] {
  const labels = { topology: topology.name };
  const record = (name: string, expr: string, more: object = {}): RecordingRule => ({
    record: `karma:${name}`,
    expr,
    labels: { ...labels, ...more },
  });
  return [
    record("objective_latency_seconds", `vector(${topology.objective.p95Ms / 1_000})`),
    record("objective_availability", `vector(${topology.objective.availability})`),
    record("entry_requests:rate1m", entry.requests),
    record("entry_violating:share1m", entry.violatingShare),
    record("entry_latency_seconds:p95", entry.latency(0.95)),
    ...topology.services.flatMap((one) => [
      record("service_cpu:share1m", service(one).cpuShare, { service: one.name }),
      record("service_replicas:max", `vector(${one.maxReplicas})`, { service: one.name }),
    ]),
  ];
}

function alertRules(topology: Topology, queries: Queries): readonly AlertRule[] {
  const { entry, podsPending, restarts, service } = queries;
  const { p95Ms, availability } = topology.objective;
  const allowed = Number((1 - availability).toPrecision(6));
  const alert = alertOf(topology.name);
  return [
    alert("KarmaViolatingShare", `${entry.violatingShare} > ${allowed}`, "2m", [
      `more than ${percent(allowed)} of the requests fail or take longer than ${p95Ms} ms`,
    ]),
    alert("KarmaLatencyOverObjective", `${entry.latency(0.95)} > ${p95Ms / 1_000}`, "2m", [
      `the 95th percentile at the entry is above ${p95Ms} ms`,
    ]),
    alert("KarmaPodsPending", `${podsPending} > 0`, "1m", ["pods wait for a node with room for them"]),
    alert("KarmaCrashLooping", `${restarts} >= ${RESTARTS_IN_10_MIN}`, "0s", [
      "pod {{ $labels.pod }} was restarted three times in ten minutes",
    ]),
    ...topology.services.flatMap((one) => [
      alert("KarmaCpuAtLimit", `${service(one).cpuShare} > ${CPU_AT_LIMIT}`, "2m", [
        `the pods of ${one.name} use all the CPU they may; what comes more waits`,
        one.name,
      ]),
      alert("KarmaReplicasAtMaximum", `${service(one).desired} >= ${one.maxReplicas}`, "5m", [
        `${one.name} has its ${one.maxReplicas} replicas: no autoscaler can add another`,
        one.name,
      ]),
    ]),
  ];
}

type Alert = (
  alert: string,
  expr: string,
  wait: string,
  said: readonly [summary: string, service?: string],
) => AlertRule;

function alertOf(topology: string): Alert {
  return (alert, expr, wait, [summary, service]) => ({
    alert,
    expr,
    for: wait,
    labels: { severity: "warning", topology, ...(service === undefined ? {} : { service }) },
    annotations: { summary },
  });
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
