import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import type { ApiAccess } from "../../../../src/clusters/kubernetes/cluster/api-request.ts";

export type FakeRequest = { readonly method: string; readonly url: URL; readonly body: string };
/** Answers with a value as JSON, or by itself with the response. */
export type FakeRoute = (request: FakeRequest, response: ServerResponse) => unknown;

export type FakeApiServer = {
  readonly api: ApiAccess;
  readonly seen: FakeRequest[];
  /** `GET /path` -> what it answers; anything else is a 404. */
  readonly routes: Map<string, FakeRoute>;
  close(): Promise<void>;
};

/** An API server of a few routes, on this machine alone. */
export async function startFakeApiServer(routes: Readonly<Record<string, FakeRoute>> = {}): Promise<FakeApiServer> {
  const known = new Map(Object.entries(routes));
  const seen: FakeRequest[] = [];
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await requestOf(request);
    seen.push(asked);
    const route = known.get(`${asked.method} ${asked.url.pathname}`);
    const value = route === undefined ? fail(404, "not found")(asked, response) : route(asked, response);
    if (value !== undefined) response.end(JSON.stringify(value));
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    api: accessTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    seen,
    routes: known,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A refusal as Kubernetes words it. */
export function fail(status: number, message: string): FakeRoute {
  return (_request, response) => {
    response.statusCode = status;
    return { kind: "Status", status: "Failure", message, code: status };
  };
}

export function accessTo(server: string): ApiAccess {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "fake", server, skipTLSVerify: true }],
    users: [{ name: "me" }],
    contexts: [{ name: "fake", cluster: "fake", user: "me" }],
    currentContext: "fake",
  });
  return { config, context: "fake" };
}

async function requestOf(request: IncomingMessage): Promise<FakeRequest> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  return { method: request.method ?? "", url: new URL(request.url ?? "", "http://fake"), body };
}
