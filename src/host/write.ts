import { dirname, join, resolve, sep } from "node:path";
import { writeFileAtomic } from "./files.ts";
import { makeFolder, writeFailure } from "./user-files.ts";

/** Writes files below a folder, each in one step; a path that leaves the folder is a bug of whoever named it. */
export async function writeBelow(
  folder: string,
  files: readonly { readonly path: string; readonly content: string | Uint8Array }[],
): Promise<readonly string[]> {
  const root = resolve(folder);
  const written: string[] = [];
  for (const { path, content } of files) {
    const target = join(root, path);
    if (!target.startsWith(root + sep)) throw new Error(`${path} leaves ${root}`);
    makeFolder(dirname(target));
    try {
      await writeFileAtomic(target, content);
    } catch (error) {
      throw writeFailure(error, target);
    }
    written.push(target);
  }
  return written;
}
