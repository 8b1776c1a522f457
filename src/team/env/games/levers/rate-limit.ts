import { serviceIndex, type Topology } from "../../../../system/topology/topology.ts";
import type { ScalingGame } from "../../scaling-env.ts";
import type { Lever } from "./lever.ts";

/** Most that an entry lets in, in its share of the users' mean arrivals. */
const levels = [0.5, 1, 1.5, 2, Infinity] as const;
const unlimited = levels.length - 1;

/**
 * Rate limit at an entry: requests from outside beyond so many per second fail at once, whoever sends them. The other
 * services have no entry, and nothing to choose.
 *
 * @source thesis of KARMA's author, `rate_limit_ingress`; levels are ours
 */
export function createRateLimit(topology: Topology, { twin }: Pick<ScalingGame, "twin">, meanRatePerS: number): Lever {
  const { services, entries } = topology;
  const usualPerS = new Float64Array(services.length);
  for (const { service, share } of entries) usualPerS[serviceIndex(topology, service)]! += share * meanRatePerS;
  const chosen = new Uint8Array(services.length).fill(unlimited);
  return {
    choices: levels.length,
    mask: (service) =>
      Uint8Array.from(levels, (_, level) => (usualPerS[service]! > 0 && level !== chosen[service] ? 1 : 0)),
    take(service, choice) {
      if (usualPerS[service] === 0) return;
      chosen[service] = choice;
      twin.gates.limit(0, service, levels[choice]! * usualPerS[service]!);
    },
    begin: () => void chosen.fill(unlimited),
    features: [{ name: "rateLimit", high: 1, of: (service) => Math.min(1, levels[chosen[service]!]! / levels.length) }],
  };
}
