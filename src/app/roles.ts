import { basename, resolve } from "node:path";
import { KarmaError, type Problem } from "../core/errors.ts";
import { packagePath, shippedOrganizations } from "../host/package-files.ts";
import { fileExists, readUserFile } from "../host/read.ts";
import { type Decoded, refuse } from "../system/topology/decoded.ts";
import { parseDocument } from "../system/topology/document.ts";
import { didYouMean } from "../system/topology/nearest.ts";
import type { Topology } from "../system/topology/topology.ts";
import { parseOrganization } from "../team/org/specification/parse-organization.ts";
import { assignRoles, type DeclaredRoles } from "../team/org/team/assign.ts";
import type { CarriedOrganization } from "../team/policy/carried-organization.ts";

export type RolesRequest = {
  readonly cwd: string;
  /** A file, or the name of one that ships with karma. */
  readonly roles: string;
  /** Who plays what, as `service=role,role`; for all others the organization says it. */
  readonly assign: readonly string[];
};

const MEBIBYTE = 1024 * 1024;

/** Reads an organization and gives the services of the topology their roles; says all that is wrong at once. */
export function readRoles({ cwd, roles, assign }: RolesRequest, topology: Topology): CarriedOrganization {
  const path = findRoles(cwd, roles);
  const decoded = decodeRoles(readUserFile(path, "organization", MEBIBYTE), basename(path), assign, topology);
  if (decoded.ok) return decoded.value;
  const { problems } = decoded;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const message = `${path} on ${topology.name}: ${count}`;
  throw new KarmaError("INPUT_INVALID", message, "docs/organization.md describes every field", { problems });
}

function decodeRoles(
  text: string,
  fileName: string,
  assign: readonly string[],
  topology: Topology,
): Decoded<CarriedOrganization> {
  const declared = declaredRoles(assign);
  const parsed = parseOrganization(text, fileName);
  if (!parsed.ok) return refuse([...parsed.problems, ...declared.problems]);
  const { assignment, problems } = assignRoles(parsed.value, topology, declared.roles);
  if (declared.problems.length + problems.length > 0) return refuse([...declared.problems, ...problems]);
  const document = parseDocument(text, fileName);
  if (!document.ok) throw new Error("an organization that was parsed is no document");
  // A copy as it will stand in the checkpoint, whatever language the file is in.
  const plain = JSON.parse(JSON.stringify(document.value)) as CarriedOrganization["document"];
  return { ok: true, value: { document: plain, roles: assignment.roles }, warnings: parsed.warnings };
}

function declaredRoles(assign: readonly string[]): {
  readonly roles: DeclaredRoles;
  readonly problems: readonly Problem[];
} {
  // Without a prototype: a service may be called "constructor".
  const roles = Object.create(null) as Record<string, readonly string[]>;
  const problems: Problem[] = [];
  for (const text of assign) {
    const [, service, list] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
    if (service === undefined)
      problems.push({ path: "--assign", message: `expected service=role,role, found ${text}` });
    else if (service in roles)
      problems.push({ path: "--assign", message: `expected each service once, found ${service} again` });
    else roles[service] = [...new Set(list!.split(","))];
  }
  return { roles, problems };
}

/** A name that ships wins over a file or folder of that name: `./karma` is the file. */
export function findRoles(cwd: string, roles: string): string {
  const names = shippedOrganizations();
  if (names.includes(roles)) return packagePath(`roles/${roles}.json`);
  const path = resolve(cwd, roles);
  if (fileExists(path)) return path;
  const message = `no organization "${roles}": no such file, and none of that name ships${didYouMean(roles, names)}`;
  throw new KarmaError("INPUT_INVALID", message, `name a file, or one of ${names.join(", ")}`);
}
