import { KarmaError } from "../../core/errors.ts";
import type { Service, Topology } from "../../system/topology/topology.ts";

/** Position of the service of this name. @throws KarmaError where there is none */
export function requireServiceIndex({ services }: Pick<Topology, "services">, name: string): number {
  const index = services.findIndex((service) => service.name === name);
  if (index >= 0) return index;
  const known = services.map((service) => service.name).join(", ");
  throw new KarmaError("INPUT_INVALID", `no service ${name} in this cluster`, `its services are ${known}`);
}

/** The service of this name. @throws KarmaError where there is none */
export function requireService(topology: Pick<Topology, "services">, name: string): Service {
  return topology.services[requireServiceIndex(topology, name)]!;
}

/** @throws KarmaError unless the service may have so many replicas */
export function checkReplicas({ name, minReplicas, maxReplicas }: Service, replicas: number): void {
  if (Number.isInteger(replicas) && replicas >= minReplicas && replicas <= maxReplicas) return;
  throw new KarmaError(
    "INPUT_INVALID",
    `${name}: expected a whole number of replicas from ${minReplicas} to ${maxReplicas}, got ${replicas}`,
    "change min_replicas or max_replicas in the topology, or ask for less",
  );
}

/** @throws KarmaError unless a replica may have such a CPU limit */
export function checkCpuMilli({ name }: Pick<Service, "name">, cpuMilli: number): void {
  if (Number.isInteger(cpuMilli) && cpuMilli >= 1) return;
  const message = `${name}: expected a whole number of millicores >= 1, got ${cpuMilli}`;
  throw new KarmaError("INPUT_INVALID", message, "500 is half a core");
}
