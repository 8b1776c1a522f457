import type { Arena } from "./arena.ts";
import { type Calm, createCalm } from "./calm.ts";
import type { FluidPlan } from "./plan.ts";
import { likeNodes } from "./same-nodes.ts";
import type { Stations } from "./stations.ts";
import { type Stops, createStops } from "./stops.ts";

/**
 * What requests to each endpoint meet, row by row: mean, variance, third moment, probability of a good answer, share of
 * calm requests and their mean, variance and third moment.
 */
export type NodeRows = {
  /** The endpoint whose rows count for another. */
  readonly like: readonly number[];
  /** Of an endpoint, and of a service by itself with its dropped share in place of a good answer. */
  readonly rows: readonly (readonly Float64Array[])[];
  readonly services: readonly (readonly Float64Array[])[];
  readonly calm: Calm;
  readonly stops: Stops;
};

/** An endpoint without calls has the rows of its service, but for its own failures. */
export function createNodeRows({ nodes, services }: FluidPlan, stations: Stations, arena: Arena): NodeRows {
  const { environments, sojournMs, sojournVariance, sojournThird, dropShare } = stations;
  const calm = createCalm(services.length * environments, arena);
  const stops = createStops(services.length * environments, arena);
  const matrices = [sojournMs, sojournVariance, sojournThird, dropShare];
  const all = [...matrices, calm.share, calm.meanMs, calm.variance, calm.third];
  const own = services.map((_, service) => all.map((matrix) => rowOf(matrix, service, environments)));
  const like = likeNodes(nodes);
  return {
    like,
    rows: nodes.map(({ service, steps }, node) =>
      like[node] === node ? rowsFor(own[service]!, steps.length === 0, environments, arena) : [],
    ),
    services: own,
    calm,
    stops,
  };
}

const OK = 3;

function rowsFor(own: readonly Float64Array[], isLeaf: boolean, environments: number, arena: Arena): Float64Array[] {
  return own.map((row, place) => (isLeaf && place !== OK ? row : arena.float64(environments)));
}

/** Row of a service in a matrix [services][environments]. */
function rowOf(matrix: Float64Array, row: number, environments: number): Float64Array {
  return matrix.subarray(row * environments, (row + 1) * environments);
}
