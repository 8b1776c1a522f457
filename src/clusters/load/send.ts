import type { Connections } from "./connections.ts";
import type { RequestEnd } from "./tally.ts";

const serviceUnavailable = 503;
const firstFailure = 400;

/** How a request whose answer has this status ended. */
export function endOf(status: number): RequestEnd {
  if (status === serviceUnavailable) return "dropped";
  return status >= firstFailure ? "failed" : "ok";
}

export type SentRequest = { readonly path: string; readonly headers?: Readonly<Record<string, string>> };

/**
 * Sends one GET and says once how it ended: with its last byte, with a lost connection, or at the timeout. A lost or
 * timed-out request takes its connection with it. Nothing is tried again: what was lost, a user has lost.
 *
 * @param timeoutMs  from now
 */
export function send(
  connections: Connections,
  { path, headers }: SentRequest,
  timeoutMs: number,
  onEnd: (how: RequestEnd, nowMs: number) => void,
): void {
  const connection = connections.take(performance.now());
  let isOver = false;
  let status = 0;

  function finish(how: RequestEnd, isReusable: boolean): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    const nowMs = performance.now();
    if (isReusable) connections.giveBack(connection, nowMs);
    else connections.discard(connection);
    onEnd(how, nowMs);
  }

  const timer = setTimeout(() => finish("timedOut", false), timeoutMs);
  connection.client.dispatch(
    { path, method: "GET", ...(headers === undefined ? {} : { headers }) },
    {
      onRequestStart: () => {},
      onResponseStart: (_, code) => {
        status = code;
      },
      onResponseData: () => {},
      onResponseEnd: () => finish(endOf(status), true),
      onResponseError: () => finish("failed", false),
    },
  );
}
