import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createAutoscaler } from "../../../../src/control/autoscalers/autoscalers.ts";
import { guardRulesFor } from "../../../../src/control/guard/rules.ts";
import { kubernetesTiming } from "../../../../src/control/loop/timing.ts";
import { createRng } from "../../../../src/core/rng.ts";
import { playOnTwin, twinKinds } from "../../../../src/evaluate/play.ts";
import { bottleneckRatePerS } from "../../../../src/system/topology/bottleneck.ts";
import { parseTopology } from "../../../../src/system/topology/parse.ts";
import { declaredCalibration } from "../../../../src/twin/calibrate/calibration.ts";
import { importTopology } from "../../../../src/system/topology/import/import-topology.ts";

const folder =
  process.env["KARMA_TOPOLOGIES"] ?? fileURLToPath(new URL("../../../../../shared/data/topologies/", import.meta.url));
const files = existsSync(folder) ? globSync("**/*.{yaml,json}", { cwd: folder }).sort() : [];
if (files.length === 0) console.warn(`SKIPPED: no service graphs of other tools in ${folder}; set KARMA_TOPOLOGIES`);

test.skipIf(files.length === 0)("the folder has graphs of both tools", () => {
  const formats = files.map((file) => read(file).format);
  expect(new Set(formats)).toEqual(new Set(["isotope", "mubench"]));
});

const timing = kubernetesTiming;

test.each(files)("%s imports, validates as written, and runs in both twins", async (file) => {
  const { document, topology } = read(file);
  const written = parseTopology(`${JSON.stringify(document, null, 2)}\n`, basename(file).replace(/\.yaml$/, ".json"));
  expect(written).toMatchObject({ ok: true, value: { services: topology.services, entries: topology.entries } });
  const ratePerS = Math.min(20, 0.2 * bottleneckRatePerS(topology));
  for (const twin of twinKinds) {
    const outcome = await playOnTwin({
      topology,
      calibration: declaredCalibration(topology, timing),
      workload: { ratePerS: new Float64Array(60).fill(ratePerS), stepMs: 1_000, faults: [] },
      rules: guardRulesFor(timing),
      autoscaler: createAutoscaler("hpa", { topology, timing }),
      rng: createRng(1),
      twin,
    });
    expect(outcome.requests / (60 * ratePerS), twin).toBeGreaterThan(0.8);
    expect(outcome.failed / outcome.requests, twin).toBeLessThan(0.01);
    expect(outcome.p50Ms, twin).toBeGreaterThan(0);
  }
});

function read(file: string): Extract<ReturnType<typeof importTopology>, { ok: true }>["value"] {
  const imported = importTopology(readFileSync(join(folder, file), "utf8"), basename(file), { workMs: 1 });
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  return imported.value;
}
