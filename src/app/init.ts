import { join, resolve } from "node:path";
import { KarmaError } from "../core/errors.ts";
import { readPackageFile, shippedTopologies } from "../host/package-files.ts";
import { fileExists } from "../host/read.ts";
import { writeBelow } from "../host/write.ts";
import { didYouMean } from "../system/topology/nearest.ts";
import type { Host } from "./host.ts";

export type InitRequest = {
  /** Folder to write to; the current one when left out. */
  readonly folder?: string | undefined;
  /** Shipped topology to start from. */
  readonly from: string;
  /** Overwrite what is there. */
  readonly isForced: boolean;
};

/** Writes a topology and a scenario to start from. */
export async function init(request: InitRequest, host: Host): Promise<{ readonly written: readonly string[] }> {
  const names = shippedTopologies();
  if (!names.includes(request.from)) {
    const message = `no shipped topology "${request.from}"${didYouMean(request.from, names)}`;
    throw new KarmaError("USAGE", message, `there are: ${names.join(", ")}`);
  }
  const folder = resolve(host.cwd, request.folder ?? ".");
  const files = [
    { path: "topology.json", content: readPackageFile(`topologies/${request.from}.json`) },
    { path: "scenario.json", content: readPackageFile("topologies/starter.scenario.json") },
  ];
  const present = files.map(({ path }) => join(folder, path)).filter(fileExists);
  if (present.length > 0 && !request.isForced) {
    throw new KarmaError("INPUT_INVALID", `${present.join(" and ")} already there`, "use --force to overwrite");
  }
  return { written: await writeBelow(folder, files) };
}
