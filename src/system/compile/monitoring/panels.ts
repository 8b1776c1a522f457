import type { Service, Topology } from "../../topology/topology.ts";
import { type Queries, queriesOf } from "./queries.ts";

/** One picture: lines over time. */
export type Panel = {
  readonly title: string;
  /** Unit as Grafana names it. */
  readonly unit: "reqps" | "percentunit" | "s" | "short" | "none";
  readonly lines: readonly Line[];
};

export type Line = { readonly legend: string; readonly expr: string };

export type PanelRow = { readonly title: string; readonly panels: readonly Panel[] };

/** What is worth seeing of a topology: the entry first, then each service in the topology's order. */
export function panelRows(topology: Topology): readonly PanelRow[] {
  const queries = queriesOf(topology);
  return [
    { title: "Entry", panels: entryPanels(topology, queries) },
    ...topology.services.map((service) => ({ title: service.name, panels: servicePanels(service, queries) })),
  ];
}

function entryPanels(topology: Topology, { entry, service, podsPending, restarts }: Queries): readonly Panel[] {
  const { p95Ms, availability } = topology.objective;
  return [
    { title: "Load", unit: "reqps", lines: [line("requests", entry.requests), line("failed", entry.errors)] },
    {
      title: "Violating requests",
      unit: "percentunit",
      lines: [line("violating", entry.violatingShare), constant("allowed", Number((1 - availability).toPrecision(6)))],
    },
    {
      title: "Latency",
      unit: "s",
      lines: [...quantiles(entry.latency), constant("objective of p95", p95Ms / 1_000)],
    },
    {
      title: "Decisions",
      unit: "none",
      lines: topology.services.map((one) => line(one.name, service(one).desired)),
    },
    {
      title: "Pods",
      unit: "none",
      lines: [line("pending", podsPending), line("restarts of {{pod}} in 10 min", restarts)],
    },
  ];
}

function servicePanels(service: Service, queries: Queries): readonly Panel[] {
  const own = queries.service(service);
  return [
    { title: "Load", unit: "reqps", lines: [line("requests", own.requests), line("failed", own.errors)] },
    {
      title: "CPU",
      unit: "none",
      lines: [line("used", own.cpuCores), line("limit", own.cpuLimitCores), line("requested", own.cpuRequestCores)],
    },
    {
      title: "Replicas",
      unit: "none",
      lines: [
        line("desired", own.desired),
        line("ready", own.ready),
        line("scraped", own.scraped),
        line("maximum", `vector(${service.maxReplicas})`),
      ],
    },
    {
      title: "Requests inside",
      unit: "short",
      lines: [line("waiting for a slot", own.queued), line("in work", own.inFlight)],
    },
    { title: "Mean wait", unit: "s", lines: [line("wait", own.wait)] },
    { title: "Latency", unit: "s", lines: quantiles(own.latency) },
  ];
}

function quantiles(latency: (quantile: number) => string): readonly Line[] {
  return [0.5, 0.95, 0.99].map((quantile) => line(`p${quantile * 100}`, latency(quantile)));
}

function constant(legend: string, value: number): Line {
  return line(legend, `vector(${value})`);
}

function line(legend: string, expr: string): Line {
  return { legend, expr };
}
