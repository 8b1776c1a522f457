import { type ChildProcess, spawn } from "node:child_process";
import type { BoundedLog } from "./bounded-log.ts";
import type { FaultOrder } from "../../system/compile/fault-orders.ts";
import { CLUSTER_MARK, type ProcessIdentity, identify } from "./process-identity.ts";

/** How the process of a pod is started. */
export type PodLaunch = {
  readonly program: string;
  readonly configPath: string;
  readonly clusterId: string;
  readonly memoryMiB: number;
  readonly log: BoundedLog;
};

/** What differs from one start to the next. */
export type PodStart = { readonly name: string; readonly seed: number; readonly startupMs: number };

export type PodProcess = {
  readonly identity: ProcessIdentity;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** Tells the mock what is to be wrong with it. */
  order(order: FaultOrder): void;
  /** Tells the mock the CPU limit that it emulates from now on. */
  resize(cpuMilli: number): void;
};

/** Calls back once it listens, and once when it is gone. It ends when the channel to this process does. */
export function spawnPod(
  launch: PodLaunch,
  start: PodStart,
  onListening: (port: number) => void,
  onExit: (how: string) => void,
): PodProcess {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${Math.max(64, Math.round(launch.memoryMiB))}`, launch.program, launch.configPath],
    { env: podEnvironment(launch, start), stdio: ["ignore", "pipe", "pipe", "ipc"] },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => launch.log.write(withName(start.name, text)));
  }
  child.on("message", (message) => {
    const port = listeningPort(message);
    if (port !== undefined) onListening(port);
  });
  let isGone = false;
  const gone = (how: string): void => {
    if (isGone) return;
    isGone = true;
    onExit(how);
  };
  child.once("error", (error) => gone(error.message));
  child.once("exit", (code, signal) => gone(signal ?? `exit code ${code}`));
  return {
    identity: identityOf(child),
    kill: (signal) => void child.kill(signal),
    order: (order) => send(child, order),
    resize: (cpuLimitMilli) => send(child, { cpuLimitMilli }),
  };
}

/** A process that is on its way out does not hear it, and does not need to. */
function send(child: ChildProcess, message: FaultOrder | { readonly cpuLimitMilli: number }): void {
  if (child.connected) child.send(message, () => undefined);
}

function podEnvironment(launch: PodLaunch, { name, seed, startupMs }: PodStart): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
    [CLUSTER_MARK]: launch.clusterId,
    HOST: "127.0.0.1",
    PORT: "0",
    POD_NAME: name,
    MOCK_SEED: String(seed),
    STARTUP_MS: String(Math.round(startupMs)),
  };
}

/** A process that could not be started has no pid; its error event follows. */
function identityOf(child: ChildProcess): ProcessIdentity {
  if (child.pid === undefined) return { pid: 0, started: "" };
  return identify(child.pid) ?? { pid: child.pid, started: "" };
}

function listeningPort(message: unknown): number | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  if (!("type" in message) || message.type !== "listening" || !("port" in message)) return undefined;
  return typeof message.port === "number" ? message.port : undefined;
}

function withName(name: string, text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `${name} ${line}`))
    .join("\n");
}
