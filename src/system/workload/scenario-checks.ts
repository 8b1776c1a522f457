import { didYouMean } from "../topology/nearest.ts";
import type { Problem } from "../../core/errors.ts";
import { formatPath, quote } from "../topology/path.ts";
import type { Report } from "../topology/report.ts";
import type { Topology } from "../topology/topology.ts";
import { scenarioDefaults } from "./scenario-defaults.ts";
import { checkFaults } from "./fault-checks.ts";
import type { RawArrivals, RawScenario } from "./raw-scenario.ts";
import type { Scenario } from "./scenario.ts";

/** What single numbers of a scenario cannot say: how they fit together. */
export function checkScenarioFile(raw: RawScenario, report: Report): void {
  const lengthS = raw.length_s ?? scenarioDefaults.lengthS;
  checkFaults(raw.faults ?? [], lengthS, report);
  if (raw.arrivals !== undefined) checkArrivals(raw.arrivals, lengthS, report);
}

function checkArrivals(raw: RawArrivals, lengthS: number, report: Report): void {
  if (raw.trace !== undefined && raw.synthetic === true) {
    report.problem(["arrivals", "synthetic"], "expected a trace or synthetic arrivals, found both");
  }
  const { start_s: startS = 0, end_s: endS = lengthS } = raw.ramp ?? {};
  if (raw.ramp !== undefined && startS >= endS) {
    report.problem(
      ["arrivals", "ramp", "start_s"],
      `expected a time before the ramp's end (${endS} s), found ${startS}`,
    );
  }
  for (const [index, crowd] of (raw.flash_crowds ?? []).entries()) {
    if (crowd?.at_s === undefined || crowd.at_s < lengthS) continue;
    report.warn(["arrivals", "flash_crowds", index, "at_s"], `not used: the scenario ends at ${lengthS} s`);
  }
  for (const field of ["factor", "ramp_s", "hold_s", "decay_s"] as const) {
    const { min, max } = raw.random_crowds?.[field] ?? {};
    if (min === undefined || max === undefined || min <= max) continue;
    report.problem(["arrivals", "random_crowds", field, "min"], `expected at most max (${max}), found ${min}`);
  }
}

/** What is wrong with a scenario for this topology. */
export function checkScenario(scenario: Scenario, topology: Topology): readonly Problem[] {
  const names = topology.services.map(({ name }) => name);
  return scenario.faults.flatMap((fault, index) => {
    if (fault.kind === "ddos" || names.includes(fault.service)) return [];
    const found = `${quote(fault.service)}${didYouMean(fault.service, names)}`;
    const path = formatPath(["faults", index, fault.kind === "kill-pod" ? "service" : "target"]);
    return [{ path, message: `expected a service of ${quote(topology.name)}, found ${found}` }];
  });
}
