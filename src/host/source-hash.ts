import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./hash.ts";
import { packagePath } from "./package-files.ts";

/** SHA-256 over this package's own source in these folders and files of src/: results of other code are other results. */
export function sourceHash(sources: readonly string[]): string {
  const root = packagePath("src");
  const files = sources
    .flatMap((source) => globSync(source.endsWith(".ts") ? source : `${source}/**/*.ts`, { cwd: root }))
    .toSorted();
  return sha256(files.map((file) => `${file}\n${readFileSync(join(root, file), "utf8")}`).join("\n"));
}
