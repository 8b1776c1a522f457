/** What the twins are held to a running cluster on. All work is 20 ms and more: less is mostly that of HTTP. */
export type TruthScenario = {
  readonly name: string;
  readonly topology: object;
  /** Utilisations of the busiest service to play. */
  readonly loads: readonly number[];
  /** Flash crowd under HPA, crash, and scale-up are played too. */
  readonly hasEvents: boolean;
  /** Of all services, at the start. */
  readonly replicas: number;
};

const WORK_MS = 20;
/** Work of the entry is sent with each request, so both sides do the same. */
const sent = { distribution: "lognormal", mean: WORK_MS, cv: 0.5 };
/** Behind it each side draws its own: less varied, so that a recording of a minute tells its mean. */
const drawn = { distribution: "lognormal", mean: WORK_MS, cv: 0.25 };

type Limits = { readonly cpu: number; readonly replicas?: number; readonly concurrency?: number };

function service(work: object, { cpu, replicas = 1, concurrency = 64 }: Limits, calls: readonly object[] = []): object {
  return {
    cpu,
    ram: 128,
    min_replicas: replicas,
    max_replicas: replicas + 2,
    startup_s: 10,
    concurrency,
    endpoints: { default: { work_ms: work, calls } },
  };
}

function topology(name: string, entry: string, services: object): object {
  const connections = [{ source: "INPUT", destination: entry }];
  return { name: `truth-${name}`, services, connections, objective: { p95_ms: 500, availability: 0.99 } };
}

/** @param cpuFactor  CPU limits times this: beside a control plane there is less */
export function truthScenarios(cpuFactor: number): readonly TruthScenario[] {
  const milli = (cpu: number): number => Math.round(cpu * cpuFactor);
  const one = { cpu: milli(500) };
  const few = { cpu: milli(400) };
  return [
    {
      name: "single",
      topology: topology("single", "web", { web: service(sent, one) }),
      loads: [0.3, 0.5, 0.7, 0.85],
      hasEvents: false,
      replicas: 1,
    },
    {
      name: "chain",
      topology: topology("chain", "a", {
        a: service(sent, few, [{ service: "b" }]),
        b: service(drawn, few, [{ service: "c" }]),
        c: service(drawn, few),
      }),
      loads: [0.5, 0.85],
      hasEvents: false,
      replicas: 3,
    },
    {
      name: "fan-out",
      topology: topology("fan-out", "front", {
        front: service(sent, few, [{ parallel: [{ service: "left" }, { service: "right" }] }]),
        left: service(drawn, few),
        right: service(drawn, few),
      }),
      loads: [0.5, 0.85],
      hasEvents: false,
      replicas: 3,
    },
    {
      name: "limit",
      topology: topology("limit", "web", { web: service(sent, { ...one, concurrency: 4 }) }),
      loads: [0.7, 0.85],
      hasEvents: false,
      replicas: 1,
    },
    {
      name: "pair",
      topology: topology("pair", "web", { web: service(sent, { ...few, replicas: 2 }) }),
      loads: [0.6],
      hasEvents: true,
      replicas: 2,
    },
  ];
}
