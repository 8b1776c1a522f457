import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mockConfig } from "../../system/compile/mock-config.ts";
import { carryOut } from "./carry-out.ts";
import { startControlServer } from "./control-server.ts";
import { podConfigPath } from "./local-service.ts";
import { identify } from "./process-identity.ts";
import { STAY, type StartMessage } from "./protocol.ts";
import { watchStart } from "./start-watch.ts";
import { type ClusterSpec, type ClusterState, readSpec } from "./state.ts";
import { type StateWriter, createStateWriter } from "./state-writer.ts";
import { type Supervisor, createSupervisor } from "./supervisor.ts";

/**
 * `node supervisor-process.ts SPEC.json`: owns everything that runs in one cluster. It lives until it is told to stop
 * (down, SIGTERM, SIGINT), or until the process that started it is gone, unless that said "stay". Pods end with it.
 */
async function main(specPath: string): Promise<void> {
  const zeroNs = process.hrtime.bigint();
  const directory = dirname(specPath);
  const spec = readSpec(directory);
  if (spec === undefined) throw new Error(`no cluster in ${directory}`);
  const nowMs = (): number => Number(process.hrtime.bigint() - zeroNs) / 1e6;
  const start = watchStart(spec, tell);
  const supervisor = await createSupervisor(spec, directory, nowMs, (service, pod, kind, how) => {
    void writer.update();
    start.onEvent(service, pod, kind, how);
  });
  await writePodConfigs(spec, directory, supervisor);
  const token = randomBytes(24).toString("hex");
  const down = createDown(directory, supervisor, () => writer);
  const control = await startControlServer(
    token,
    (request) => (request.verb === "down" ? down() : carryOut(supervisor, request)),
    (error) => console.error(error),
  );
  const fixed = {
    id: spec.id,
    supervisor: identify(process.pid) ?? { pid: process.pid, started: "" },
    controlUrl: control.url,
    token,
    zeroNs: String(zeroNs),
    serviceUrls: supervisor.services.map(({ balancer }) => balancer.url),
  };
  const writer = createStateWriter(directory, () => ({ ...fixed, pods: podIdentities(supervisor) }), crash);
  endWithStarter(down);
  await writer.update();
  supervisor.start();
}

function podIdentities({ services }: Supervisor): ClusterState["pods"] {
  return services.flatMap(({ replicas }) =>
    replicas.pods.flatMap(({ name, process: owned }) => (owned === undefined ? [] : { name, ...owned.identity })),
  );
}

async function writePodConfigs(spec: ClusterSpec, directory: string, { services }: Supervisor): Promise<void> {
  await mkdir(join(directory, "pods"), { recursive: true });
  const addressOf = (name: string): string => {
    const found = services.find(({ service }) => service.name === name);
    if (found === undefined) throw new Error(`no service ${name} in topology ${spec.topology.name}`);
    return found.balancer.url;
  };
  for (const { service } of services) {
    const config = mockConfig(spec.topology, service.name, {
      addressOf,
      emulateCpuLimit: true,
      timeScale: spec.timing.timeScale,
    });
    await writeFile(podConfigPath(directory, service.name), JSON.stringify(config, undefined, 2));
  }
}

/** Stops once, however often it is asked; the process ends as soon as the answers to "down" are on their way. */
function createDown(directory: string, supervisor: Supervisor, writer: () => StateWriter): () => Promise<void> {
  let isDown: Promise<void> | undefined;
  return async () => {
    isDown ??= (async () => {
      await supervisor.stop();
      await writer().stop();
      rmSync(directory, { recursive: true, force: true });
      setTimeout(() => process.exit(0), 50);
    })();
    await isDown;
  };
}

function endWithStarter(down: () => Promise<void>): void {
  const stop = (): void => void down().catch(crash);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  let isBound = process.send !== undefined;
  process.on("message", (message) => {
    if (message === STAY) isBound = false;
  });
  process.on("disconnect", () => {
    if (isBound) stop();
  });
  // The starter may have died before anyone listened for it.
  if (isBound && !process.connected) stop();
}

function tell(message: StartMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** A bug: its stack goes to the log, the pods end with this process, and the next command sweeps what is left. */
function crash(error: unknown): void {
  console.error(error);
  process.exit(1);
}

const [specPath] = process.argv.slice(2);
if (specPath === undefined) crash(new Error("usage: supervisor-process.ts SPEC.json"));
else await main(specPath).catch(crash);
