import type { Listing, PodState } from "./state-text.ts";

/** A pod to scrape, as Prometheus wants to be told of it. @source Prometheus, http_sd_config */
export type ScrapeTarget = { readonly targets: readonly string[]; readonly labels: Readonly<Record<string, string>> };

/** Every pod of a topology that has an address and has not ended, at its port `http`. */
export function scrapeTargets(listings: readonly Listing[]): readonly ScrapeTarget[] {
  return listings.flatMap(({ namespace, pods }) => pods.flatMap((pod) => targetOf(namespace, pod)));
}

function targetOf(namespace: string, { metadata, spec, status }: PodState): readonly ScrapeTarget[] {
  const labels = metadata.labels ?? {};
  const port = spec.containers.flatMap(({ ports }) => ports ?? []).find(({ name }) => name === "http");
  const hasEnded = status?.phase === "Succeeded" || status?.phase === "Failed";
  if (port === undefined || status?.podIP === undefined || hasEnded) return [];
  if (labels["app.kubernetes.io/part-of"] !== "karma") return [];
  const topology = labels["app.kubernetes.io/instance"] ?? "";
  const service = labels["app.kubernetes.io/name"] ?? "";
  return [
    {
      targets: [`${status.podIP}:${port.containerPort}`],
      labels: { namespace, pod: metadata.name, service, topology },
    },
  ];
}
