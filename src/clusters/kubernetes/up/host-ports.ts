import { createServer } from "node:net";
import type Dockerode from "dockerode";
import { KarmaError } from "../../../core/errors.ts";
import { orMissing } from "./docker.ts";

/** A port of the nodes that answers on this machine. */
export type MappedPort = { readonly nodePort: number; readonly hostPort: number };

/** Ports of a kind cluster that its control plane maps to this machine, by node port; kept while it is stopped. */
export async function mappedPorts(docker: Dockerode, cluster: string): Promise<readonly MappedPort[]> {
  const node = docker.getContainer(`${cluster}-control-plane`);
  const found = await orMissing(node.inspect(), `inspect the nodes of ${cluster}`);
  const bindings = (found?.HostConfig.PortBindings ?? {}) as Record<string, { HostPort: string }[] | null>;
  return Object.entries(bindings)
    .flatMap(([port, hosts]) =>
      (hosts ?? []).map(({ HostPort }) => ({ nodePort: Number(port.replace(/\/.*/, "")), hostPort: Number(HostPort) })),
    )
    .filter(({ nodePort }) => nodePort !== API_SERVER_PORT)
    .toSorted((a, b) => a.nodePort - b.nodePort);
}

/** In a node of kind. */
const API_SERVER_PORT = 6_443;

/**
 * The first of so many node ports in a row that answer on this machine and that nobody has.
 * @param wanted  the topology's own; taken where it is free
 */
export function freeNodePort(
  mapped: readonly MappedPort[],
  taken: ReadonlySet<number>,
  wanted: number,
  count: number,
): number | undefined {
  const free = new Set(mapped.map(({ nodePort }) => nodePort).filter((port) => !taken.has(port)));
  const isFree = (first: number): boolean =>
    Array.from({ length: count }, (_, index) => first + index).every((port) => free.has(port));
  return isFree(wanted) ? wanted : [...free].find(isFree);
}

/** Ports of 127.0.0.1 on which somebody listens. */
export async function portsInUse(ports: readonly number[]): Promise<readonly number[]> {
  const isUsed = await Promise.all(ports.map(isInUse));
  return ports.filter((_, index) => isUsed[index]);
}

/** @throws KarmaError where a port is taken */
export async function refuseTakenPorts(ports: readonly number[]): Promise<void> {
  const taken = await portsInUse(ports);
  if (taken.length === 0) return;
  const message = `expected ${taken.map((port) => `127.0.0.1:${port}`).join(", ")} to be free for the entry, found another program there`;
  throw new KarmaError("NOT_READY", message, "end that program, or choose another port: --node-port 30500");
}

async function isInUse(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(true);
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
  });
}
