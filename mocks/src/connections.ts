import type { Client, Dispatcher } from "undici";
import type { Random } from "./random.ts";

/** Kept-alive connections to one upstream. */
export type Connections = {
  /** `done` is called exactly once, with the status code, or 0 on a broken connection, or -1 on a timeout. */
  send(message: Message, timeoutMs: number, done: (status: number) => void): void;
};

/** A GET, or a POST where it has a body. */
export type Message = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
};

const BROKEN = 0;
export const TIMED_OUT = -1;

type Connection = { readonly client: Client; readonly closesAtMs: number };
type Waiter = (connection: Connection) => void;

/** A balancer that balances connections, as a Kubernetes Service does, needs a few of them to spread the load. */
const MIN_CONNECTIONS = 8;
const MAX_CONNECTIONS = 256;

/**
 * Each connection carries one request at a time and is closed, between requests, at the age of `lifeMs` +- 20 %,
 * so that replicas that are new get traffic. Connections take turns.
 */
export async function connectionsTo(origin: string, lifeMs: number, random: Random): Promise<Connections> {
  // Loaded by those only who make calls.
  const { default: Client } = await import("undici/lib/dispatcher/client.js");
  const { take, giveBack } = createPool(() => {
    const client = new Client(origin, { keepAliveTimeout: lifeMs, keepAliveMaxTimeout: lifeMs, allowH2: false });
    return { client, closesAtMs: performance.now() + lifeMs * (0.8 + 0.4 * random.uniform()) };
  });

  return {
    send({ path, headers, body }, timeoutMs, done) {
      let used: Connection | undefined;
      let isSettled = false;

      function settle(status: number): void {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(timer);
        if (used !== undefined) giveBack(used, status <= 0);
        done(status);
      }
      const timer = setTimeout(settle, timeoutMs, TIMED_OUT);

      take((connection) => {
        // The call timed out while it waited for a connection.
        if (isSettled) return giveBack(connection, false);
        used = connection;
        const message = body === undefined ? { path, headers, method: "GET" } : { path, headers, body, method: "POST" };
        connection.client.dispatch(message, answerHandler(settle));
      });
    },
  };
}

type Pool = {
  readonly take: (use: Waiter) => void;
  readonly giveBack: (connection: Connection, isBroken: boolean) => void;
};

function createPool(connect: () => Connection): Pool {
  const idle: Connection[] = [];
  const waiters: Waiter[] = [];
  let open = 0;

  function add(): Connection {
    open++;
    return connect();
  }

  function drop({ client }: Connection, isBroken: boolean): void {
    open--;
    void (isBroken ? client.destroy() : client.close());
  }

  function take(use: Waiter): void {
    while (idle.length > 0 && idle[0]!.closesAtMs <= performance.now()) drop(idle.shift()!, false);
    if (idle.length > 0 && open >= MIN_CONNECTIONS) use(idle.shift()!);
    else if (open < MAX_CONNECTIONS) use(add());
    else waiters.push(use);
  }

  function giveBack(connection: Connection, isBroken: boolean): void {
    const isOver = isBroken || connection.closesAtMs <= performance.now();
    if (isOver) drop(connection, isBroken);
    const next = waiters.shift();
    if (next !== undefined) next(isOver ? add() : connection);
    else if (!isOver) idle.push(connection);
  }

  return { take, giveBack };
}

function answerHandler(settle: (status: number) => void): Dispatcher.DispatchHandler {
  let status = BROKEN;
  return {
    onRequestStart() {},
    onResponseStart(_controller, statusCode) {
      status = statusCode;
    },
    onResponseData() {},
    onResponseEnd: () => settle(status),
    onResponseError(_controller, error) {
      // Anything else is the network's or the upstream's doing.
      if (error.name === "InvalidArgumentError") throw error;
      settle(BROKEN);
    },
  };
}
