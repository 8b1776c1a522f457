import type { BackEnd } from "./back-end.ts";
import { countRefused, refuseCalls, refuseOutside } from "./gates.ts";
import type { FluidParts } from "./parts.ts";
import { countService } from "./service-metrics.ts";
import { createStationProgram } from "./station-program.ts";

type PassParts = Pick<
  FluidParts,
  | "plan"
  | "services"
  | "environments"
  | "tickMs"
  | "stations"
  | "kernel"
  | "pods"
  | "gates"
  | "entry"
  | "edges"
  | "incoming"
  | "arrivals"
  | "nowTick"
  | "servicePipeline"
>;

/** What a tick does to the services of a lane, from what arrives to what they count. */
export function createServicePass(parts: PassParts, { arena, kernels }: BackEnd): () => void {
  const { stations, kernel, pods, gates } = parts;
  const program =
    kernels &&
    createStationProgram(
      {
        ...parts,
        works: kernel.works,
        atEntry: parts.entry.arrived,
        edgeFactor: parts.edges.factor,
        pipeline: parts.servicePipeline,
      },
      arena,
      kernels.station,
    );
  return () => {
    kernel.prepare(pods);
    if (program === undefined || gates.gates > 0 || isAnySlow(stations.speed)) return work(parts);
    program.enter();
    flood(parts);
    program.work();
  };
}

function isAnySlow(speed: Float64Array): boolean {
  for (let e = 0; e < speed.length; e++) if (speed[e] !== 1) return true;
  return false;
}

/** The same in plain loops. */
function work(parts: PassParts): void {
  const { kernel, pods, gates, stations, servicePipeline, services } = parts;
  enter(parts);
  flood(parts);
  const isGated = gates.gates > 0;
  if (isGated) refuseOutside(gates, stations);
  for (let s = 0; s < services; s++) {
    for (const edge of parts.incoming[s]!) kernel.call(edge, parts.edges.factor);
    if (isGated) refuseCalls(gates, stations, s);
    kernel.work(s, pods.ready);
    if (!isGated) countService(servicePipeline, stations, pods.ready, s);
  }
  if (!isGated) return;
  countRefused(gates, stations);
  for (let s = 0; s < services; s++) countService(servicePipeline, stations, pods.ready, s);
}

/** What comes from outside. */
function enter({ stations, services, environments, plan, entry }: PassParts): void {
  const { arrived } = stations;
  for (let s = 0, k = 0; s < services; s++) {
    const share = plan.services[s]!.entryShare;
    if (share === 0) arrived.fill(0, k, (k += environments));
    else for (let e = 0; e < environments; e++, k++) arrived[k] = share * entry.arrived[e]!;
  }
}

function flood(parts: PassParts): void {
  const { floods, isFlooded } = parts.arrivals;
  if (!isFlooded()) return;
  for (let e = 0; e < parts.environments; e++) if (floods[e]!.length > 0) floodOne(parts, e);
}

function floodOne({ arrivals, nowTick, tickMs, stations, environments, entry }: PassParts, environment: number): void {
  const atMs = (nowTick[environment]! + 0.5) * tickMs;
  let all = 0;
  for (const one of arrivals.floods[environment]!) {
    const count = (arrivals.floodPerS(environment, one, atMs) * tickMs) / 1_000;
    stations.arrived[one.service * environments + environment]! += count;
    all += count;
  }
  entry.flooded[environment] = all;
}
