import type { Request } from "express";
import type { MockEndpoint } from "./config.ts";
import { createDemand } from "./demand.ts";
import type { Replica } from "./replica.ts";

type Arrived = { readonly request: Request; readonly arrivedMs: number };

/**
 * Does a request's own work on the CPU and counts it, and the wait for it.
 *
 * @param worked  called when it is done
 */
export function createOwnWork<Visit extends Arrived>(
  config: MockEndpoint,
  replica: Replica,
  worked: (one: Visit) => void,
): (one: Visit) => void {
  const { cpu, overhead, totals } = replica;
  const demandOf = createDemand(config, replica);

  function burnt(one: Visit, demandMs: number, usedMs: number): void {
    totals.waitMs += Math.max(0, performance.now() - one.arrivedMs - usedMs);
    totals.workMs += usedMs + overhead.perRequestMs();
    overhead.finished(demandMs, usedMs);
    worked(one);
  }

  return (one) => {
    const demandMs = demandOf(one.request);
    const burnMs = overhead.toBurnMs(demandMs);
    if (burnMs === 0) burnt(one, demandMs, 0);
    else cpu.burn(burnMs, (usedMs) => burnt(one, demandMs, usedMs));
  };
}
