import { Agent, type Dispatcher } from "undici";
import { notSignedIn } from "./api-failure.ts";
import type { ApiAccess } from "./api-request.ts";

const KEEP_ALIVE_MS = 60_000;

/** Who we are to the API server, as the kubeconfig says: tokens are asked for each time, connections are kept. */
export type SignIn = {
  now(): Promise<{ readonly headers: Record<string, string>; readonly dispatcher: Dispatcher }>;
  /** The kubeconfig's program is asked again by the next `now`. */
  forget(): void;
  close(): Promise<void>;
};

export function createSignIn({ config, context }: ApiAccess, server: string): SignIn {
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
