import { readFileSync } from "node:fs";
import { kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import { createReadings, type Readings } from "../../src/control/readings/readings.ts";
import type { Rng } from "../../src/core/rng.ts";
import { parseTopology } from "../../src/system/topology/parse.ts";
import { syntheticRates } from "../../src/system/workload/synthetic.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import type { Traffic } from "../../src/team/env/scaling-env.ts";
import { type Calibration, declaredCalibration } from "../../src/twin/calibrate/calibration.ts";

/** A topology that ships with the package. */
export function shippedTopology(name: string): Topology {
  const file = `${name}.json`;
  const decoded = parseTopology(readFileSync(new URL(`../../topologies/${file}`, import.meta.url), "utf8"), file);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.value;
}

/** a calls b and c, which call d. */
export const chain: Topology = shippedTopology("chained-wide");

export function calibrationOf(topology: Topology, timeScale = 1): Calibration {
  return declaredCalibration(topology, scaleTiming(kubernetesTiming, timeScale));
}

/** Bursty traffic around a mean of `volume` requests per second. */
export function burstyTraffic(
  topology: Topology,
  volume: number,
  timeScale = 1,
): (rng: Rng, lengthMs: number) => Traffic {
  const stepMs = 1_000 / timeScale;
  return (rng, lengthMs) => ({
    stepMs,
    ratePerS: syntheticRates(rng, { lengthS: Math.ceil(lengthMs / stepMs), stepMs: 1_000, volume, topology }),
  });
}

/** Readings of a chain at ease: `entryPerS` at the entry, `desired` replicas of each service, all ready. */
export function calmReadings(environments: number, entryPerS: number, desired: number): Readings {
  const readings = createReadings(chain.services.length, environments);
  const visits = [1, 0.7, 0.5, 0.86];
  for (const [service, { endpoints, cpuMilli }] of chain.services.entries()) {
    for (let environment = 0; environment < environments; environment++) {
      const cell = service * environments + environment;
      const perS = entryPerS * visits[service]!;
      readings.ageMs[cell] = 5_000;
      readings.desired[cell] = desired;
      readings.ready[cell] = desired;
      readings.cpu[cell] = (perS * endpoints[0]!.workMs.mean) / cpuMilli / desired;
      readings.arrivalsPerS[cell] = perS;
      readings.servedPerS[cell] = perS;
      readings.droppedPerS[cell] = 0;
      readings.queued[cell] = 1;
      readings.waitMs[cell] = 2;
    }
  }
  readings.entryArrivalsPerS.fill(entryPerS);
  readings.entryViolatingShare.fill(0.01);
  readings.entryLatencyMs.fill(60);
  return readings;
}
