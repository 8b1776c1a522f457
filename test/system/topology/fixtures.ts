import type { Topology } from "../../../src/system/topology/topology.ts";
import { parseTopology } from "../../../src/system/topology/parse.ts";

/** KARMA's chained services as its users have them: upper-case names, a rate on INPUT, metrics at the end. */
export const karmaChained: unknown = {
  services: {
    A: karmaService("a", 500, 256, 5, 100),
    B: karmaService("b", 400, 512, 3, 80),
    C: karmaService("c", 600, 512, 4, 150),
    D: karmaService("d", 700, 1024, 6, 300),
  },
  connections: [
    { source: "INPUT", destination: "A", throughput: 200 },
    { source: "A", destination: "B", throughput: -1 },
    { source: "A", destination: "C", throughput: -1 },
    { source: "B", destination: "D", throughput: -1 },
    { source: "C", destination: "D", throughput: -1 },
    { source: "D", destination: "OUTPUT", throughput: -1 },
  ],
  metrics: ["desired_replicas", "cpu_usage", "pods_healthy_ratio"],
};

function karmaService(name: string, cpu: number, ram: number, max: number, throughput: number): object {
  return {
    image: `service-${name}-image:v1.0`,
    cpu,
    ram,
    min_replicas: 1,
    max_replicas: max,
    computation_throughput: throughput,
    warning_probability: 0.01,
    error_probability: 0.001,
    degraded_probability: 0.001,
    failure_probability: 0.0001,
  };
}

/** A topology that must be right. */
export function topologyOf(file: unknown): Topology {
  const decoded = parseTopology(typeof file === "string" ? file : JSON.stringify(file), "test.json");
  if (!decoded.ok) throw new Error(decoded.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return decoded.value;
}
