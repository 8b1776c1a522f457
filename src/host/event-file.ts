import { appendFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { epochMs } from "./clock.ts";
import { keptLength, scalarRecord, versionRecord } from "./event-record.ts";
import { writeFailure } from "./user-files.ts";

/** Numbers over steps, as a file that TensorBoard reads while it grows. */
export type EventFile = {
  add(step: number, scalars: Readonly<Record<string, number>>): void;
};

/**
 * Goes on with the file behind its last record of a step up to `lastStep`; afresh when left out. What is no number is
 * left out: TensorBoard draws nothing of it.
 */
export function openEventFile(path: string, lastStep?: number): EventFile {
  const write = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw writeFailure(error, path);
    }
  };
  const isBegun = write(() => {
    if (lastStep === undefined) rmSync(path, { force: true });
    else if (existsSync(path)) truncateSync(path, keptLength(readFileSync(path), lastStep));
    return existsSync(path) && statSync(path).size > 0;
  });
  const add = (record: Uint8Array): void => write(() => appendFileSync(path, record));
  if (!isBegun) add(versionRecord(nowS()));
  return {
    add(step, scalars) {
      const finite = Object.entries(scalars).filter(([, value]) => Number.isFinite(value));
      add(scalarRecord({ wallTimeS: nowS(), step, scalars: Object.fromEntries(finite) }));
    },
  };
}

function nowS(): number {
  return epochMs() / 1_000;
}
