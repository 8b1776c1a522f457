import organizationSchema from "../../../../roles/organization.schema.json" with { type: "json" };
import { type Decoded, refuse } from "../../../system/topology/decoded.ts";
import { parseDocument } from "../../../system/topology/document.ts";
import { createReport } from "../../../system/topology/report.ts";
import { createStructureCheck } from "../../../system/topology/structure.ts";
import { checkFunctional } from "./check-functional.ts";
import { checkNorms } from "./check-norms.ts";
import { checkStructural } from "./check-structural.ts";
import { decodeOrganization } from "./decode-organization.ts";
import type { Organization } from "./organization.ts";
import type { RawOrganization } from "./raw-organization.ts";

const checkShape = createStructureCheck(organizationSchema);

/**
 * Reads an organization: JSON, JSON with comments, or YAML. Tells all fields that are no fields of an organization at
 * once; where there are none, everything that makes no sense at once.
 *
 * @param fileName  says which language it is
 */
export function parseOrganization(text: string, fileName: string): Decoded<Organization> {
  const document = parseDocument(text, fileName);
  if (!document.ok) return document;
  const shape = checkShape(document.value);
  if (shape.length > 0) return refuse(shape.map(({ path, message }) => ({ path, message })));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema is what the type says
  const raw = document.value as unknown as RawOrganization;
  const report = createReport([]);
  const organization = decodeOrganization(raw, report);
  checkStructural(organization, raw, report);
  checkFunctional(organization, report);
  checkNorms(organization, report);
  if (report.problems.length > 0) return refuse(report.problems);
  return { ok: true, value: organization, warnings: report.warnings };
}
