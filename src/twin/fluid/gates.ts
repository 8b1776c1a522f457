import type { Stations } from "./stations.ts";

/** What somebody in front of the services keeps out. Whoever is refused fails at once; users and others alike. */
export type FluidGates = {
  /** At most so many requests per second reach a service from outside; Infinity = all. */
  limit(environment: number, service: number, perS: number): void;
  /** While a service is closed nothing reaches it, neither from outside nor from its callers. */
  close(environment: number, service: number, isClosed: boolean): void;
  /** Share of what came from outside in the last tick that got in; where nothing came 1, of a closed one 0. */
  admittedShare(environment: number, service: number): number;
};

/** [services][environments] */
export type GateState = {
  /** Requests from outside that get in during a tick. */
  readonly perTick: Float64Array;
  readonly closed: Uint8Array;
  /** Kept out in this tick. */
  readonly refused: Float64Array;
  readonly admitted: Float64Array;
  /** Cells with a gate: while there are none, nobody looks. */
  gates: number;
};

export function createGateState(services: number, environments: number): GateState {
  const cells = services * environments;
  return {
    perTick: new Float64Array(cells).fill(Infinity),
    closed: new Uint8Array(cells),
    refused: new Float64Array(cells),
    admitted: new Float64Array(cells).fill(1),
    gates: 0,
  };
}

export function createFluidGates(state: GateState, { environments, tickMs }: Stations): FluidGates {
  const cellOf = (environment: number, service: number): number => service * environments + environment;
  return {
    limit: (environment, service, perS) =>
      change(state, cellOf(environment, service), (cell) => void (state.perTick[cell] = (perS * tickMs) / 1_000)),
    close: (environment, service, isClosed) =>
      change(state, cellOf(environment, service), (cell) => void (state.closed[cell] = isClosed ? 1 : 0)),
    admittedShare: (environment, service) => state.admitted[cellOf(environment, service)]!,
  };
}

function change(state: GateState, cell: number, put: (cell: number) => void): void {
  const before = isGated(state, cell);
  put(cell);
  state.gates += Number(isGated(state, cell)) - Number(before);
  state.admitted[cell] = 1;
}

function isGated({ perTick, closed }: GateState, cell: number): boolean {
  return closed[cell] === 1 || perTick[cell] !== Infinity;
}

/** Everything gets in again. */
export function resetGate(state: GateState, cell: number): void {
  change(state, cell, () => {
    state.perTick[cell] = Infinity;
    state.closed[cell] = 0;
  });
}

/** To be done when all that comes from outside is known, and no calls yet. */
export function refuseOutside(state: GateState, stations: Stations): void {
  const { perTick, closed, refused, admitted } = state;
  const { arrived } = stations;
  refused.fill(0);
  for (let cell = 0; cell < refused.length; cell++) {
    if (!isGated(state, cell)) continue;
    const came = arrived[cell]!;
    const most = closed[cell] === 1 ? 0 : perTick[cell]!;
    if (came > most) refuse(state, stations, cell, came - most);
    admitted[cell] = came > 0 ? arrived[cell]! / came : closed[cell] === 1 ? 0 : 1;
  }
}

/** To be done for a service when its callers have called. */
export function refuseCalls(state: GateState, stations: Stations, service: number): void {
  const { arrived, environments } = stations;
  for (let cell = service * environments; cell < (service + 1) * environments; cell++)
    if (state.closed[cell] === 1) refuse(state, stations, cell, arrived[cell]!);
}

function refuse({ refused }: GateState, { arrived, lost }: Stations, cell: number, count: number): void {
  refused[cell]! += count;
  arrived[cell]! -= count;
  lost[cell]! += count;
}

/** Who was refused had come: metrics count them among arrivals too. To be done after all services have worked. */
export function countRefused({ refused }: GateState, { arrived }: Stations): void {
  for (let cell = 0; cell < refused.length; cell++) arrived[cell]! += refused[cell]!;
}
