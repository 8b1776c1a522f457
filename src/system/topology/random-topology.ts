import type { Rng } from "../../core/rng.ts";
import type { RawCall, RawEndpoint, RawService, RawTopology } from "./raw.ts";

/** Most services of a topology. */
export const MOST_SERVICES = 1_000;

/** Requests per second at the entry that every service can serve at its maximum. */
const ROOM_PER_S = 200;
/** Mean calls of all services of one layer together, per request at the entry. */
const CALLS_PER_LAYER = 4;

type Node = {
  readonly name: string;
  readonly layer: number;
  /** Mean calls per request at the entry. */
  visits: number;
  readonly calls: RawCall[];
};

/**
 * A random topology, the same for the same dice: layers of services, each called from the layer before it, one in five
 * by a second caller too. A request meets some four services of a layer, however many there are, so that a thousand
 * services stay a system that a request can pass. Time and size are linear in the number of services.
 *
 * @param services  1 to 1,000
 */
export function randomTopology(services: number, rng: Rng): RawTopology {
  const layers = layersOf(services);
  const nodes = layers.flatMap((layer) => layer);
  // Layer by layer: what a caller is called itself must be known before it calls.
  for (const node of nodes.slice(1)) link(node, layers, rng);
  return {
    services: Object.fromEntries(nodes.map((node) => [node.name, serviceOf(node, rng)])),
    connections: [{ source: "INPUT", destination: nodes[0]!.name }],
    objective: { p95_ms: 1_000, availability: 0.99 },
  };
}

/** One service at the entry, then layers that grow evenly; at most eight, so that no request nests deeper. */
function layersOf(services: number): Node[][] {
  const depth = Math.min(8, Math.ceil(Math.log2(services + 1)));
  const growth = depth > 1 ? services ** (1 / (depth - 1)) : 1;
  const layers: Node[][] = [];
  let left = services;
  for (let layer = 0; left > 0; layer++) {
    const size = layer >= depth - 1 ? left : Math.min(left, Math.max(1, Math.floor(growth ** layer)));
    layers.push(Array.from({ length: size }, (_, place) => nodeOf(services - left + place, layer)));
    left -= size;
  }
  return layers;
}

function nodeOf(index: number, layer: number): Node {
  return { name: `svc-${String(index + 1).padStart(4, "0")}`, layer, visits: layer === 0 ? 1 : 0, calls: [] };
}

function link(node: Node, layers: readonly (readonly Node[])[], rng: Rng): void {
  const visits = Math.min(1, CALLS_PER_LAYER / layers[node.layer]!.length) * rng.between(0.5, 1.5);
  addCaller(node, layers[node.layer - 1]!, visits, rng);
  if (node.layer > 1 && rng.uniform() < 0.2) addCaller(node, layers[rng.integer(node.layer)]!, visits / 2, rng);
}

/** @param visits  calls per request at the entry that the caller should bring */
function addCaller(node: Node, callers: readonly Node[], visits: number, rng: Rng): void {
  const caller = callers[rng.integer(callers.length)]!;
  if (caller.calls.length >= 100 || caller.calls.some(({ service }) => service === node.name)) return;
  const probability = rounded(Math.min(1, Math.max(0.01, visits / caller.visits)));
  caller.calls.push(probability === 1 ? { service: node.name } : { service: node.name, probability });
  node.visits += caller.visits * probability;
}

function serviceOf({ visits, calls }: Node, rng: Rng): RawService {
  const cpu = pick([100, 250, 500, 1_000], rng);
  const workMs = rounded(rng.between(1, 10));
  const startupS = rounded(rng.between(5, 30));
  return {
    cpu,
    ram: pick([64, 128, 256, 512], rng),
    min_replicas: 1,
    max_replicas: Math.min(1_000, Math.max(2, Math.ceil((ROOM_PER_S * visits * workMs) / cpu))),
    startup_s: { mean: startupS, sd: rounded(startupS / 4), min: 1 },
    endpoints: { default: endpointOf(workMs, calls, rng) },
  };
}

function endpointOf(workMs: number, calls: readonly RawCall[], rng: Rng): RawEndpoint {
  return {
    work_ms: { distribution: "lognormal", mean: workMs, cv: rounded(rng.between(0.3, 1.2)) },
    ...(rng.uniform() < 0.3 ? { added_latency_ms: rounded(rng.between(1, 20)) } : {}),
    ...(rng.uniform() < 0.1 ? { error_rate: rounded(rng.between(0, 0.005)) } : {}),
    ...(calls.length > 0 ? { calls: stepsOf(calls, rng) } : {}),
  };
}

/** Every other call goes beside the one before it. */
function stepsOf(calls: readonly RawCall[], rng: Rng): NonNullable<RawEndpoint["calls"]> {
  const steps: RawCall[][] = [];
  for (const call of calls) {
    const last = steps.at(-1);
    if (last !== undefined && rng.uniform() < 0.5) last.push(call);
    else steps.push([call]);
  }
  return steps.map((step) => (step.length === 1 ? step[0] : { parallel: step }));
}

function pick(values: readonly number[], rng: Rng): number {
  return values[rng.integer(values.length)]!;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** The file: a service on a line, so that a thousand stay far below the largest size that is read. */
export function formatRandomTopology({ services, ...rest }: RawTopology): string {
  const lines = Object.entries(services ?? {}).map(
    ([name, service]) => `    ${JSON.stringify(name)}: ${JSON.stringify(service)}`,
  );
  const others = Object.entries(rest).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n  "services": {\n${lines.join(",\n")}\n  },\n${others.join(",\n")}\n}\n`;
}
