import topologySchema from "../../../topologies/topology.schema.json" with { type: "json" };
import { linkConnections } from "./connections.ts";
import { decodeObjective, decodeService } from "./decode.ts";
import { type Decoded, refuse } from "./decoded.ts";
import { parseDocument } from "./document.ts";
import { findEntries } from "./entries.ts";
import { checkReachability, orderServices } from "./graph.ts";
import { linkCalls } from "./links.ts";
import { draftServices } from "./names.ts";
import type { RawTopology } from "./raw.ts";
import { type Report, createReport } from "./report.ts";
import { checkServices } from "./service-checks.ts";
import { createStructureCheck, prune } from "./structure.ts";
import type { Topology } from "./topology.ts";
import { checkVisits } from "./visit-ratios.ts";

const checkStructure = createStructureCheck(topologySchema);

/**
 * Reads a topology file: JSON, JSON with comments, or YAML. Tells everything that is wrong with it at once.
 *
 * @param fileName  says which language it is, and names the topology where the file does not
 */
export function parseTopology(text: string, fileName: string): Decoded<Topology> {
  const document = parseDocument(text, fileName);
  if (!document.ok) return document;
  const structure = checkStructure(document.value);
  prune(document.value, structure);
  const report = createReport(structure.map(({ path, message }) => ({ path, message })));
  const raw = document.value as RawTopology;
  const topology = raw.services === undefined ? undefined : readTopology(raw, raw.name ?? nameOf(fileName), report);
  return topology === undefined ? refuse(report.problems) : { ok: true, value: topology, warnings: report.warnings };
}

function readTopology(raw: RawTopology, name: string, report: Report): Topology | undefined {
  const draft = draftServices(raw, report);
  checkServices(draft, report);
  linkCalls(draft, report);
  const inlets = linkConnections(draft, raw.connections ?? [], report);
  const order = orderServices(draft, report);
  const { entries, arrivalsPerS } = findEntries(draft, inlets, report);
  // A misspelt name would make the service that was meant unreachable: one slip, one problem.
  if (report.problems.length === 0) checkReachability(draft, entries, report);
  if (report.problems.length > 0) return undefined;
  const topology: Topology = {
    name: name.toLowerCase(),
    services: order.map((service) => decodeService(draft.get(service)!)),
    entries,
    objective: decodeObjective(raw.objective),
    ...(arrivalsPerS === undefined ? {} : { arrivalsPerS }),
  };
  checkVisits(topology, report);
  return report.problems.length > 0 ? undefined : topology;
}

/** `Web Shop.topology.json` → `web-shop-topology`. */
function nameOf(fileName: string): string {
  const base = fileName
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.(jsonc?|ya?ml)$/i, "");
  const label = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-|-$/g, "");
  return label === "" ? "topology" : label;
}
