import { type Dispatcher, request } from "undici";
import { KarmaError } from "../../../core/errors.ts";
import { isOfNetwork, tooLong, unreachable } from "./api-failure.ts";
import type { ApiAccess, ApiAnswer, ApiCaller, ApiRequest } from "./api-request.ts";
import { type SignIn, createSignIn } from "./sign-in.ts";

/** A request that takes longer has no answer. */
const PATIENCE_MS = 10_000;
/** An answer that is longer is none. Thousands of pods fit. */
const MOST_BYTES = 64 * 1_024 * 1_024;

/** What every request of a caller needs. */
type Line = { readonly context: string; readonly server: string; readonly signIn: SignIn };
type Timeouts = { readonly headersTimeout: number; readonly bodyTimeout: number };

/** The generated client makes a new TLS connection for every request; here they are kept. */
export function createApiCaller(access: ApiAccess): ApiCaller {
  const { context } = access;
  const server = serverOf(access);
  const line: Line = { context, server, signIn: createSignIn(access, server) };
  return {
    context,
    call: (asked) => reached(line, asked.signal, () => callOnce(line, asked)),
    stream: (asked, silenceMs) =>
      reached(line, asked.signal, () => send(line, asked, { headersTimeout: PATIENCE_MS, bodyTimeout: silenceMs })),
    close: () => line.signIn.close(),
  };
}

function serverOf({ config, context }: ApiAccess): string {
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, "");
  if (server === undefined) throw new Error(`context ${context} names no cluster`);
  if (URL.canParse(server)) return server;
  const message = `expected context ${context} to name the address of an API server, found ${JSON.stringify(server)}`;
  throw new KarmaError("INPUT_INVALID", message, "correct `server` in the kubeconfig");
}

async function reached<Value>(
  { context, server }: Line,
  signal: AbortSignal | undefined,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (isOfNetwork(error)) throw unreachable(context, server, error);
    throw error;
  }
}

async function callOnce(line: Line, asked: ApiRequest): Promise<ApiAnswer> {
  const { patienceMs = PATIENCE_MS, mostBytes = MOST_BYTES } = asked;
  const limit = AbortSignal.timeout(patienceMs);
  const signal = asked.signal === undefined ? limit : AbortSignal.any([limit, asked.signal]);
  const timeouts = { headersTimeout: patienceMs, bodyTimeout: patienceMs };
  const { statusCode, headers, body } = await send(line, { ...asked, signal }, timeouts);
  const text = await textWithin(body, mostBytes, () => tooLong(line.context, asked.path, mostBytes));
  return { status: statusCode, text, serverMs: Date.parse(String(headers["date"])) };
}

async function send({ server, signIn }: Line, asked: ApiRequest, timeouts: Timeouts): Promise<Dispatcher.ResponseData> {
  const { method = "GET", path, body, contentType = "application/json", headers: own = {}, signal } = asked;
  const { headers, dispatcher } = await signIn.now();
  const answer = await request(`${server}${path}`, {
    method,
    dispatcher,
    headers: { ...headers, ...own, ...(body === undefined ? {} : { "content-type": contentType }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
    ...timeouts,
  });
  // Certificates of a plugin run out; the next request asks it again.
  if (answer.statusCode === 401) signIn.forget();
  return answer;
}

async function textWithin(body: AsyncIterable<Buffer>, mostBytes: number, failure: () => KarmaError): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // Leaving the loop ends the connection too.
    if (bytes > mostBytes) throw failure();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
