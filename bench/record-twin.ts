import { writeFileSync } from "node:fs";
import { kubernetesTiming, scaleTiming } from "../src/control/loop/timing.ts";
import { createRng } from "../src/core/rng.ts";
import { readInputs } from "../src/app/inputs.ts";
import { ratePerSAt } from "../src/app/record.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { RECORDING_FORMAT, encodeRecordingLine } from "../src/twin/calibrate/recording-file.ts";
import { createRequestTwinCluster } from "../src/twin/requests/request-cluster.ts";

/**
 * Writes a recording of the request-level twin, as `karma record` writes one of a cluster: loads change every ten
 * control steps, the size of one service every five.
 *
 *   node bin/run.js bench/record-twin.ts topologies/chained-wide.json twin.jsonl 1000
 */
const [topologyPath, out, steps = "1000", seed = "1"] = process.argv.slice(2);
if (topologyPath === undefined || out === undefined) throw new Error("expected TOPOLOGY OUT [STEPS] [SEED]");

const TIME_SCALE = 10;
const SMALLEST = 3;
const LARGEST = 6;
/** Of what the smallest and the largest sizes can serve. */
const LOADS = [0.25, 0.85] as const;

const timing = scaleTiming(kubernetesTiming, TIME_SCALE);
const { topology } = readInputs({ cwd: process.cwd(), topology: topologyPath });
const rng = createRng(`record-twin ${seed}`);
const sizes = (size: number): Float64Array => new Float64Array(topology.services.length).fill(size);
const [lowPerS, highPerS] = [
  LOADS[0] * ratePerSAt(topology, sizes(SMALLEST)),
  LOADS[1] * ratePerSAt(topology, sizes(LARGEST)),
];
const { cluster, clock } = createRequestTwinCluster(topology, declaredCalibration(topology, timing), {
  workload: {
    ratePerS: Float64Array.from({ length: Math.ceil(Number(steps) / 10) }, () => rng.between(lowPerS, highPerS)),
    stepMs: 10 * timing.syncPeriodMs,
    faults: [],
  },
  rng: rng.split("twin"),
  initialReplicas: sizes(LARGEST),
});

const services = topology.services.map(({ name, cpuMilli }) => ({ name, cpuMilli }));
const header = {
  format: RECORDING_FORMAT,
  topology: topology.name,
  services,
  timing,
  on: "request-level twin",
} as const;
const lines = [encodeRecordingLine({ header: { ...header, startedAtEpochMs: 0 } })];
for (let look = 1; look <= 3 * Number(steps); look++) {
  await clock.sleepUntil((look * timing.syncPeriodMs) / 3);
  lines.push(encodeRecordingLine({ readings: await cluster.observe() }));
  for (const event of await cluster.events()) lines.push(encodeRecordingLine({ event }));
  if (look % 15 !== 0) continue;
  const { name } = topology.services[rng.integer(topology.services.length)]!;
  await cluster.scale(name, SMALLEST + rng.integer(LARGEST - SMALLEST + 1));
}
writeFileSync(out, `${lines.join("\n")}\n`);
