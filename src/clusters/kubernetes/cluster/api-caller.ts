import { Agent, type Dispatcher, request } from "undici";
import { KarmaError } from "../../../core/errors.ts";
import { notSignedIn, unreachable } from "./api-failure.ts";
import type { ApiAccess, ApiCaller, ApiRequest } from "./api-request.ts";

/** A request that takes longer has no answer. */
const PATIENCE_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

/** The generated client makes a new TLS connection for every request; here they are kept. */
export function createApiCaller({ config, context }: ApiAccess): ApiCaller {
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, "");
  if (server === undefined) throw new Error(`context ${context} names no cluster`);
  const signIn = createSignIn({ config, context }, server);

  async function send(
    { method = "GET", path, body, contentType = "application/json", headers: own = {}, signal }: ApiRequest,
    timeouts: { readonly headersTimeout: number; readonly bodyTimeout: number },
  ): Promise<Dispatcher.ResponseData> {
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

  async function reached<Value>(work: () => Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (error instanceof KarmaError) throw error;
      throw unreachable(context, server!, error);
    }
  }

  return {
    context,
    call: (asked) =>
      reached(async () => {
        const patienceMs = asked.patienceMs ?? PATIENCE_MS;
        const limit = AbortSignal.timeout(patienceMs);
        const signal = asked.signal === undefined ? limit : AbortSignal.any([limit, asked.signal]);
        const { statusCode, headers, body } = await send(
          { ...asked, signal },
          { headersTimeout: patienceMs, bodyTimeout: patienceMs },
        );
        return { status: statusCode, text: await body.text(), serverMs: Date.parse(String(headers["date"])) };
      }, asked.signal),
    stream: (asked, silenceMs) =>
      reached(() => send(asked, { headersTimeout: PATIENCE_MS, bodyTimeout: silenceMs }), asked.signal),
    close: () => signIn.close(),
  };
}

type SignedIn = { readonly headers: Record<string, string>; readonly dispatcher: Dispatcher };

/** Who we are to the API server, as the kubeconfig says: tokens are asked for each time, connections are kept. */
function createSignIn(
  { config, context }: ApiAccess,
  server: string,
): { now(): Promise<SignedIn>; forget(): void; close(): Promise<void> } {
  let kept: Dispatcher | undefined;
  return {
    async now() {
      const { HttpMethod, RequestContext } = await import("@kubernetes/client-node");
      const asked = new RequestContext(server, HttpMethod.GET);
      await config.applySecurityAuthentication(asked).catch((error: unknown) => {
        throw notSignedIn(context, error);
      });
      const offered: Dispatcher = asked.getDispatcher() ?? new Agent({ keepAliveTimeout: KEEP_ALIVE_MS });
      if (kept === undefined) kept = offered;
      else await offered.destroy();
      return { headers: asked.getHeaders(), dispatcher: kept };
    },
    forget() {
      void kept?.close();
      kept = undefined;
    },
    async close() {
      await kept?.destroy();
    },
  };
}
