import { sumOf } from "../../core/statistics.ts";
import type { Inlet } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { uncalledServices } from "./graph.ts";
import type { Report } from "./report.ts";
import type { Entry } from "./topology.ts";

export type Arrivals = { readonly entries: readonly Entry[]; readonly arrivalsPerS: number | undefined };

/** Where requests come in: what INPUT is connected to, otherwise the services that no other calls. */
export function findEntries(draft: Draft, inlets: readonly Inlet[], report: Report): Arrivals {
  if (inlets.length === 0) {
    const names = uncalledServices(draft);
    if (names.length === 0)
      report.problem([], "expected a connection from INPUT, or a service that no other calls, found neither");
    return {
      entries: spread(
        draft,
        names.map((service) => ({ service, endpoint: undefined, weight: 1 })),
      ),
      arrivalsPerS: undefined,
    };
  }
  const rates = inlets.map(({ arrivalsPerS }) => arrivalsPerS);
  const isRated = rates.every((rate) => rate !== undefined);
  if (!isRated) warnOfLoneRates(inlets, report);
  const weighted = inlets.map(({ service, endpoint }, index) => ({
    service: service.name,
    endpoint: endpoint?.name,
    weight: isRated ? rates[index]! : 1,
  }));
  return {
    entries: spread(draft, weighted),
    arrivalsPerS: isRated ? sumOf(rates) : undefined,
  };
}

function warnOfLoneRates(inlets: readonly Inlet[], report: Report): void {
  for (const { arrivalsPerS, path } of inlets) {
    if (arrivalsPerS === undefined) continue;
    report.warn([...path, "throughput"], "not used: not every connection from INPUT has a rate, so all share alike");
  }
}

type Weighted = { readonly service: string; readonly endpoint: string | undefined; readonly weight: number };

/** Shares from weights; where no endpoint is named, all of the service share alike. */
function spread(draft: Draft, weighted: readonly Weighted[]): readonly Entry[] {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const shares = new Map<string, Entry>();
  for (const { service, endpoint, weight } of weighted) {
    const names = endpoint === undefined ? [...draft.get(service)!.endpoints.keys()] : [endpoint];
    for (const name of names) {
      const key = `${service}/${name}`;
      const share = weight / total / names.length + (shares.get(key)?.share ?? 0);
      shares.set(key, { service, endpoint: name, share });
    }
  }
  return [...shares.values()];
}
