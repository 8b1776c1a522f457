import type { Request } from "express";
import type { MockEndpoint } from "./config.ts";
import { createEvenWork, nthOf } from "./even-work.ts";
import { prescribedWorkMs } from "./prescribed-work.ts";
import type { Replica } from "./replica.ts";

/** Work of a request in the rehearsal before the start, ms: enough for a slice. */
const REHEARSAL_MS = 0.6;

/** CPU that a request is to cost which begins now and is in work already, ms. */
export function createDemand({ name, workMs }: MockEndpoint, replica: Replica): (request: Request) => number {
  const { coldness, faults, growth, incidents, lifecycle, random } = replica;
  const evenMs = createEvenWork(`${replica.service}/${name}`, workMs);
  const drawnMs = (nth: number | undefined): number => (nth === undefined ? random.sample(workMs) : evenMs(nth));
  return ({ headers }) => {
    if (lifecycle.isRehearsing) return REHEARSAL_MS;
    const ownMs = prescribedWorkMs(headers["x-work-ms"]) ?? drawnMs(nthOf(headers["x-work-nth"]));
    return ownMs * coldness.next() * growth() * incidents.workFactor() * faults.workFactor();
  };
}
