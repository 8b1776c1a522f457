import { readPackageFile } from "../../../host/package-files.ts";

/** The generator and all that it imports when it runs. The image of the mock has Node and undici, and needs no more. */
export const programFiles: readonly string[] = [
  "src/clusters/load/load-job-process.ts",
  "src/clusters/load/load-codec.ts",
  "src/clusters/load/run-load.ts",
  "src/clusters/load/connections.ts",
  "src/clusters/load/play-schedule.ts",
  "src/clusters/load/send.ts",
  "src/clusters/load/tally.ts",
  "src/core/histogram.ts",
  "src/core/rng.ts",
  "src/system/workload/connection-life.ts",
];

/** Below the folder of the mock, so that its packages are found. */
export const PROGRAM_FOLDER = "/app/load";
export const SPEC_FILE = "spec.json.gz";

/** Key of a file in a ConfigMap, where slashes may not be. */
export function keyOf(path: string): string {
  return path.replaceAll("/", "_");
}

export function readProgram(): Readonly<Record<string, string>> {
  return Object.fromEntries(programFiles.map((path) => [keyOf(path), readPackageFile(path)]));
}
