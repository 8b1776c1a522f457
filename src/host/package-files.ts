import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);

/** Absolute path of a file that ships with karma, given from the package's root. */
export function packagePath(path: string): string {
  return fileURLToPath(new URL(path, root));
}

export function readPackageFile(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

/** Names of the shipped topologies, without their ending. */
export function shippedTopologies(): string[] {
  return readdirSync(new URL("topologies/", root))
    .filter((name) => name.endsWith(".json") && !/\.(schema|scenario)\.json$/.test(name))
    .map((name) => name.replace(/\.json$/, ""))
    .sort();
}

/** Names of the shipped organizations, without their ending. */
export function shippedOrganizations(): string[] {
  return readdirSync(new URL("roles/", root))
    .filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"))
    .map((name) => name.replace(/\.json$/, ""))
    .sort();
}
