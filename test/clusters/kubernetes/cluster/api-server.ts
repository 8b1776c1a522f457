import { afterEach, beforeEach } from "vitest";
import { createApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-caller.ts";
import type { ApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-request.ts";
import { type FakeApiServer, startFakeApiServer } from "./fake-api-server.ts";

/** A fresh API server for each test of the file, and connections to it. */
export function useApiServer(): { readonly server: FakeApiServer; readonly caller: ApiCaller } {
  const used: { server: FakeApiServer; caller: ApiCaller } = Object.create(null);
  beforeEach(async () => {
    used.server = await startFakeApiServer();
    used.caller = createApiCaller(used.server.api);
  });
  afterEach(async () => {
    await used.caller.close();
    await used.server.close();
  });
  return used;
}
