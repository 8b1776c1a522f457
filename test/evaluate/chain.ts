import { parseTopology } from "../../src/system/topology/parse.ts";
import type { Topology } from "../../src/system/topology/topology.ts";

/** front -> back; 5 ms of work on 500 millicores: a replica does 100 requests/s at full CPU. */
export const chain: Topology = readChain();

function readChain(): Topology {
  const service = { cpu: 500, ram: 64, computation_throughput: 100, min_replicas: 1, max_replicas: 8 };
  const connections = [
    ["INPUT", "front"],
    ["front", "back"],
    ["back", "OUTPUT"],
  ].map(([source, destination]) => ({ source, destination, throughput: -1 }));
  const decoded = parseTopology(
    JSON.stringify({ services: { front: service, back: service }, connections }),
    "chain.json",
  );
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.value;
}
