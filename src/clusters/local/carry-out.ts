import { checkCpuMilli, checkReplicas, requireServiceIndex } from "../../control/loop/check-request.ts";
import type { Resize } from "../../control/loop/cluster.ts";
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
    case "resize":
      return resize(serviceNamed(supervisor, request.service), request.cpuMilli);
    case "inject":
      serviceNamed(supervisor, request.fault.service);
      return supervisor.faults.inject(request.fault);
    case "heal":
      return supervisor.faults.heal();
  }
}

function scale({ service, replicas }: LocalService, wanted: number): void {
  checkReplicas(service, wanted);
  replicas.scale(wanted);
}

function resize(local: LocalService, cpuMilli: number): Resize {
  checkCpuMilli(local.service, cpuMilli);
  local.resize(cpuMilli);
  return { how: "in-place" };
}

function serviceNamed({ services }: Supervisor, name: string): LocalService {
  return services[requireServiceIndex({ services: services.map(({ service }) => service) }, name)]!;
}
