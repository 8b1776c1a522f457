import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CLUSTER_MARK } from "./process-identity.ts";

/** A process that takes CPU or memory beside the pods. */
export type Neighbour = { end(): void };

const PROGRAM = fileURLToPath(new URL("../../../mocks/src/neighbour.ts", import.meta.url));

/** It ends when it is told to, after its time, and with this process, however that ends. */
export function startNeighbour(
  clusterId: string,
  take: { readonly cores: number; readonly memoryMiB: number; readonly durationMs: number },
): Neighbour {
  const { PATH } = process.env;
  const seconds = String(take.durationMs / 1_000);
  const child = spawn(process.execPath, [PROGRAM, String(take.cores), String(take.memoryMiB), seconds], {
    env: { ...(PATH === undefined ? {} : { PATH }), [CLUSTER_MARK]: clusterId },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.on("error", (error) => console.error(error));
  return { end: () => void child.kill("SIGKILL") };
}
