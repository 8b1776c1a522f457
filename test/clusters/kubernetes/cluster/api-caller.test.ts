import { expect, test } from "vitest";
import { createApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-caller.ts";
import { useApiServer } from "./api-server.ts";
import { accessTo } from "./fake-api-server.ts";

const used = useApiServer();

test("any status is an answer, with its text", async () => {
  used.server.routes.set("GET /x", (_, response) => void response.writeHead(418).end("tea \u2615"));
  expect(await used.caller.call({ path: "/x" })).toMatchObject({ status: 418, text: "tea \u2615" });
});

test("an answer longer than allowed is a failure, and is not read to its end", async () => {
  let written = 0;
  used.server.routes.set("GET /long", (_, response) => {
    const more = (): void => {
      while (!response.destroyed && written++ < 10_000) {
        if (!response.write("x".repeat(10_000))) return void response.once("drain", more);
      }
    };
    more();
    return undefined;
  });
  await expect(used.caller.call({ path: "/long", mostBytes: 50_000 })).rejects.toMatchObject({
    code: "NOT_READY",
    message: expect.stringContaining("at most 50000 bytes") as string,
  });
  expect(written).toBeLessThan(10_000);
});

test.each<[string, () => Promise<unknown>]>([
  ["nobody listens", () => createApiCaller(accessTo("http://127.0.0.1:9")).call({ path: "/" })],
  [
    "nobody speaks TLS",
    () =>
      createApiCaller(accessTo(used.server.api.config.getCurrentCluster()!.server.replace("http", "https"))).call({
        path: "/",
      }),
  ],
  [
    "no answer comes in time",
    () => {
      used.server.routes.set("GET /slow", () => undefined);
      return used.caller.call({ path: "/slow", patienceMs: 50 });
    },
  ],
  [
    "the answer breaks off",
    () => {
      used.server.routes.set("GET /broken", (_, response) => {
        response.write("half of", () => response.destroy());
        return undefined;
      });
      return used.caller.call({ path: "/broken" });
    },
  ],
])("the API server does not answer where %s", async (_why, ask) => {
  await expect(ask()).rejects.toMatchObject({
    code: "NOT_READY",
    message: expect.stringContaining("does not answer") as string,
  });
});

test("a bug of ours stays one: it is not the API server's silence", async () => {
  const body: Record<string, unknown> = {};
  body["itself"] = body;
  await expect(used.caller.call({ method: "POST", path: "/x", body })).rejects.toThrow(TypeError);
});

test("a kubeconfig whose server is no address is said to be wrong", () => {
  expect(() => createApiCaller(accessTo("no address"))).toThrow("expected context fake to name the address");
});
