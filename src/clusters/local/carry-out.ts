import { KarmaError } from "../../core/errors.ts";
import type { LocalService } from "./local-service.ts";
import { type ControlRequest, readingsToPlain } from "./protocol.ts";
import type { Supervisor } from "./supervisor.ts";

/** Does what was asked of a cluster; `down` is the process' own business. */
export function carryOut(supervisor: Supervisor, request: Exclude<ControlRequest, { readonly verb: "down" }>): unknown {
  switch (request.verb) {
    case "observe":
      return readingsToPlain(supervisor.observe());
    case "status":
      return supervisor.status();
    case "events":
      return supervisor.events(request.from);
    case "scale":
      return scale(serviceNamed(supervisor, request.service), request.replicas);
    case "restart":
      return serviceNamed(supervisor, request.service).replicas.restart();
    case "inject":
      serviceNamed(supervisor, request.fault.service);
      return supervisor.faults.inject(request.fault);
    case "heal":
      return supervisor.faults.heal();
  }
}

function scale({ service, replicas }: LocalService, wanted: number): void {
  const { name, minReplicas, maxReplicas } = service;
  if (!Number.isInteger(wanted) || wanted < minReplicas || wanted > maxReplicas) {
    throw new KarmaError(
      "INPUT_INVALID",
      `${name}: expected a whole number of replicas from ${minReplicas} to ${maxReplicas}, got ${wanted}`,
      "change min_replicas or max_replicas in the topology, or ask for less",
    );
  }
  replicas.scale(wanted);
}

function serviceNamed({ services }: Supervisor, name: string): LocalService {
  const found = services.find(({ service }) => service.name === name);
  if (found !== undefined) return found;
  const known = services.map(({ service }) => service.name).join(", ");
  throw new KarmaError("INPUT_INVALID", `no service ${name} in this cluster`, `its services are ${known}`);
}
