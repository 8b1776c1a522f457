import type { Service, Topology } from "../../system/topology/topology.ts";

export function podConfig(
  _topology: Topology,
  service: Service,
  options: {
    readonly addressOf: (service: string) => string;
    readonly emulateCpuLimit: boolean;
    readonly timeScale: number;
  },
): unknown {
  const called = new Set(service.endpoints.flatMap(({ calls }) => calls.flat().map((call) => call.service)));
  return {
    service: service.name,
    cpuLimitMilli: service.cpuMilli,
    emulateCpuLimit: options.emulateCpuLimit,
    concurrency: service.concurrency,
    queueLimit: service.queueLimit,
    endpoints: service.endpoints,
    upstreams: Object.fromEntries([...called].map((name) => [name, options.addressOf(name)])),
    incidents: service.incidents,
    connectionLifeMs: 10_000 / options.timeScale,
    timeScale: options.timeScale,
  };
}
