import scenarioSchema from "../../../topologies/scenario.schema.json" with { type: "json" };
import { type Decoded, refuse } from "../topology/decoded.ts";
import { parseDocument } from "../topology/document.ts";
import { createReport } from "../topology/report.ts";
import { createStructureCheck, prune } from "../topology/structure.ts";
import { decodeFault } from "./decode-fault.ts";
import type { RawArrivals, RawCrowd, RawRandomCrowds, RawScenario } from "./raw-scenario.ts";
import { checkScenarioFile } from "./scenario-checks.ts";
import { scenarioDefaults as defaults } from "./scenario-defaults.ts";
import type { Arrivals, FlashCrowd, RandomCrowds, Range, Scenario } from "./scenario.ts";

const checkStructure = createStructureCheck(scenarioSchema);

/** Reads a scenario file: JSON, JSON with comments, or YAML. Tells everything that is wrong with it at once. */
export function parseScenario(text: string, fileName: string): Decoded<Scenario> {
  const document = parseDocument(text, fileName);
  if (!document.ok) return document;
  const structure = checkStructure(document.value);
  prune(document.value, structure);
  const report = createReport(structure.map(({ path, message }) => ({ path, message })));
  const raw: RawScenario = document.value;
  checkScenarioFile(raw, report);
  if (report.problems.length > 0) return refuse(report.problems);
  return { ok: true, value: decodeScenario(raw), warnings: report.warnings };
}

function decodeScenario(raw: RawScenario): Scenario {
  const { p95_ms: p95Ms, availability } = raw.objective ?? {};
  const lengthS = raw.length_s ?? defaults.lengthS;
  return {
    ...(raw.topology === undefined ? {} : { topology: raw.topology }),
    arrivals: decodeArrivals(raw.arrivals ?? {}, lengthS),
    faults: (raw.faults ?? []).map((fault) => decodeFault(fault!)),
    objective: { ...(p95Ms === undefined ? {} : { p95Ms }), ...(availability === undefined ? {} : { availability }) },
    lengthS,
    seed: raw.seed ?? defaults.seed,
  };
}

function decodeArrivals(raw: RawArrivals, lengthS: number): Arrivals {
  const { ramp, stages, daily, trace } = raw;
  return {
    process: raw.process ?? defaults.process,
    ...(raw.volume_per_s === undefined ? {} : { volumePerS: raw.volume_per_s }),
    ...(ramp && {
      ramp: { from: ramp.from!, to: ramp.to!, startS: ramp.start_s ?? 0, endS: ramp.end_s ?? lengthS },
    }),
    ...(stages && { stages: stages.map((stage) => ({ durationS: stage!.duration_s!, to: stage!.to! })) }),
    ...(daily && {
      daily: { amplitude: daily.amplitude!, periodS: daily.period_s ?? defaults.dayS, phase: daily.phase ?? 0 },
    }),
    flashCrowds: (raw.flash_crowds ?? []).map((crowd) => decodeCrowd(crowd!)),
    ...(raw.random_crowds && { randomCrowds: decodeRandomCrowds(raw.random_crowds) }),
    ...(trace && { trace: { file: trace.file!, row: trace.row ?? 1, startS: trace.start_s ?? 0 } }),
    isSynthetic: raw.synthetic ?? false,
  };
}

function decodeCrowd(raw: RawCrowd): FlashCrowd {
  return {
    atS: raw.at_s!,
    factor: raw.factor!,
    rampS: raw.ramp_s ?? defaults.crowd.rampS,
    holdS: raw.hold_s ?? defaults.crowd.holdS,
    decayS: raw.decay_s ?? defaults.crowd.decayS,
  };
}

function decodeRandomCrowds(raw: RawRandomCrowds): RandomCrowds {
  return {
    perHour: raw.per_hour!,
    factor: rangeOf(raw.factor, defaults.randomCrowds.factor),
    rampS: rangeOf(raw.ramp_s, defaults.randomCrowds.rampS),
    holdS: rangeOf(raw.hold_s, defaults.randomCrowds.holdS),
    decayS: rangeOf(raw.decay_s, defaults.randomCrowds.decayS),
  };
}

function rangeOf(raw: Partial<Range> | undefined, otherwise: Range): Range {
  return { min: raw?.min ?? otherwise.min, max: raw?.max ?? otherwise.max };
}
