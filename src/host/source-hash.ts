import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./hash.ts";
import { packagePath } from "./package-files.ts";

/** SHA-256 over this package's own source below these folders of src/: results of other code are not the same results. */
export function sourceHash(wings: readonly string[]): string {
  const root = packagePath("src");
  const files = wings.flatMap((wing) => globSync(`${wing}/**/*.ts`, { cwd: root })).toSorted();
  return sha256(files.map((file) => `${file}\n${readFileSync(join(root, file), "utf8")}`).join("\n"));
}
