import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/** Whether this is the name of a file that {@link writeFileAtomic} was writing when its process died. */
export function isAbandoned(name: string): boolean {
  const pid = /\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
  return pid !== undefined && Number(pid) !== process.pid && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Writes a file so that a reader, or a machine after a crash, sees the old content or the new one, never a part.
 *
 * @param mode  permission bits of the new file
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array, mode: number = 0o644): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
