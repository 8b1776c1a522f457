import { existsSync, readFileSync, statSync } from "node:fs";
import { KarmaError } from "../core/errors.ts";
import { systemReason } from "./user-files.ts";

/** Reads a text file the user named. Missing, unreadable and oversized files are the user's to mend. */
export function readUserFile(path: string, what: string, limitBytes: number = 16 * 1024 * 1024): string {
  try {
    const size = statSync(path).size;
    if (size > limitBytes) {
      const message = `${path}: expected a ${what} of at most ${limitBytes} bytes, found ${size}`;
      throw new KarmaError("INPUT_INVALID", message, "give a smaller file");
    }
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof KarmaError) throw error;
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new KarmaError("INPUT_INVALID", `${path}: ${reason}, expected a ${what}`, "check the path", { cause: error });
  }
}

export function fileExists(path: string): boolean {
  return existsSync(path);
}
