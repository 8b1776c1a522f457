import { join, resolve } from "node:path";
import { KarmaError } from "../core/errors.ts";
import { createRng } from "../core/rng.ts";
import { packagePath, readPackageFile, shippedTopologies } from "../host/package-files.ts";
import { fileExists } from "../host/read.ts";
import { writeBelow } from "../host/write.ts";
import { didYouMean } from "../system/topology/nearest.ts";
import { MOST_SERVICES, formatRandomTopology, randomTopology } from "../system/topology/random-topology.ts";
import type { Host } from "./host.ts";

export type InitRequest = {
  /** Folder to write to; the current one when left out. */
  readonly folder?: string | undefined;
  /** Shipped topology to start from. */
  readonly from: string;
  /** A random topology instead. */
  readonly random?: { readonly services: number; readonly seed: number } | undefined;
  /** Overwrite what is there. */
  readonly isForced: boolean;
};

/** Writes a topology and a scenario to start from. */
export async function init(request: InitRequest, host: Host): Promise<{ readonly written: readonly string[] }> {
  const folder = resolve(host.cwd, request.folder ?? ".");
  const { topology, scenario } = request.random === undefined ? shipped(request.from) : drawn(request.random);
  const files = [
    { path: "topology.json", content: topology },
    { path: "scenario.json", content: scenario },
  ];
  const present = files.map(({ path }) => join(folder, path)).filter(fileExists);
  if (present.length > 0 && !request.isForced) {
    throw new KarmaError("INPUT_INVALID", `${present.join(" and ")} already there`, "use --force to overwrite");
  }
  return { written: await writeBelow(folder, files) };
}

type Content = { readonly topology: string; readonly scenario: string };

const STARTER = "topologies/starter.scenario.json";

function shipped(name: string): Content {
  const names = shippedTopologies();
  if (!names.includes(name)) {
    const message = `no shipped topology "${name}"${didYouMean(name, names)}`;
    throw new KarmaError("USAGE", message, `there are: ${names.join(", ")}`);
  }
  const own = `topologies/${name}.scenario.json`;
  const scenario = fileExists(packagePath(own)) ? readPackageFile(own) : undefined;
  // One that names its topology would look for that file where it is not.
  const isPortable = scenario !== undefined && !scenario.includes('"topology"');
  return {
    topology: readPackageFile(`topologies/${name}.json`),
    scenario: isPortable ? scenario : readPackageFile(STARTER),
  };
}

function drawn({ services, seed }: { readonly services: number; readonly seed: number }): Content {
  if (services > MOST_SERVICES) {
    const message = `expected at most ${MOST_SERVICES} services, found ${services}`;
    throw new KarmaError("USAGE", message, `write --random ${MOST_SERVICES}`);
  }
  const topology = randomTopology(services, createRng(`topology ${seed}`));
  return { topology: formatRandomTopology(topology), scenario: readPackageFile(STARTER) };
}
