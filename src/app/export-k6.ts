import { basename, dirname, resolve } from "node:path";
import { createRng } from "../core/rng.ts";
import { writeBelow } from "../host/write.ts";
import { k6Script } from "../system/compile/k6/script.ts";
import type { Host } from "./host.ts";
import { type LoadRequest, seedOf } from "./load.ts";
import { workloadOf } from "./traffic.ts";

/** Writes the realised rate of a scenario as a script for k6; sends nothing. */
export async function exportK6(
  request: LoadRequest,
  file: string,
  host: Pick<Host, "cwd">,
): Promise<{ readonly written: string }> {
  const { inputs, volumePerS } = request;
  const workload = workloadOf(inputs, createRng(seedOf(request)), { timeScale: 1, volumePerS });
  const path = resolve(host.cwd, file);
  const content = k6Script(inputs.topology, workload);
  const [written] = await writeBelow(dirname(path), [{ path: basename(path), content }]);
  return { written: written! };
}
