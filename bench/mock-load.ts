import { connect } from "node:net";

/**
 * Load for one server from a process of its own, over raw sockets so that it costs less than the server does.
 *
 *   saturate PORT SECONDS CONNECTIONS   each connection asks again as soon as it has its answer
 *   poisson  PORT SECONDS RATE          requests per second at random times, each on an idle connection
 *
 * Sends `{answered, seconds}` to its parent.
 */
const [mode, port, seconds, amount] = process.argv.slice(2);
const REQUEST = "GET /work HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const startMs = performance.now();
const endMs = startMs + Number(seconds) * 1_000;
let answered = 0;

process.on("disconnect", () => process.exit(0));
await (mode === "saturate" ? saturate(Number(amount)) : poisson(Number(amount)));
const report = { answered, seconds: (performance.now() - startMs) / 1_000 };
process.send?.(report, () => process.exit(0));

async function saturate(connections: number): Promise<void> {
  await Promise.all(Array.from({ length: connections }, askUntilEnd));
}

async function askUntilEnd(): Promise<void> {
  const ask = openConnection();
  while (performance.now() < endMs) await ask();
}

async function poisson(ratePerS: number): Promise<void> {
  const idle: Ask[] = [];
  const answers: Promise<void>[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += (-Math.log(1 - Math.random()) * 1_000) / ratePerS) {
    const aheadMs = atMs - performance.now();
    if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    const ask = idle.shift() ?? openConnection();
    answers.push(ask().then(() => void idle.push(ask)));
  }
  await Promise.all(answers);
}

/** Sends one request; resolves when its answer has come in full. */
type Ask = () => Promise<void>;

function openConnection(): Ask {
  const socket = connect(Number(port), "127.0.0.1");
  let text = "";
  let done: (() => void) | undefined;
  socket.setNoDelay(true);
  socket.setEncoding("latin1");
  socket.on("error", (error) => {
    throw error;
  });
  socket.on("data", (chunk: string) => {
    text += chunk;
    if (!text.endsWith("\r\n\r\nok\n")) return;
    if (!text.startsWith("HTTP/1.1 200")) throw new Error(`unexpected answer: ${text}`);
    text = "";
    answered++;
    done?.();
  });
  return () => {
    socket.write(REQUEST);
    return new Promise((resolve) => (done = resolve));
  };
}
