import type { Topology } from "../topology/topology.ts";
import { mockConfig } from "./mock-config.ts";

/** A file to write. */
export type Artifact = {
  /** Below the folder that is generated, with forward slashes. */
  readonly path: string;
  readonly content: string;
};

/** Port on which every service answers inside a cluster. */
const SERVICE_PORT = 8_080;

/** Everything that runs a topology, as files. Same topology, same bytes. */
export function generateArtifacts(topology: Topology): readonly Artifact[] {
  const options = {
    addressOf: (service: string) => `http://${service}:${SERVICE_PORT}`,
    emulateCpuLimit: false,
    timeScale: 1,
  };
  return topology.services.map(({ name }) => ({
    path: `mocks/${name}.json`,
    content: `${JSON.stringify(mockConfig(topology, name, options), null, 2)}\n`,
  }));
}
