import { parentPort } from "node:worker_threads";
import { burnCpu, threadCpuMs } from "./cpu-clock.ts";

// Entry point of a thread: gets so many ms to burn, answers what it used.
const port = parentPort;
if (port === null) throw new Error("burning-thread.ts runs as a thread only");
port.on("message", (ms: number) => port.postMessage(burnCpu(ms, threadCpuMs)));
