import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type PodRegistry, createPodRegistry } from "../../../../src/clusters/kubernetes/cluster/pod-registry.ts";
import { type PodWatch, watchPods } from "../../../../src/clusters/kubernetes/cluster/watch-pods.ts";
import { useApiServer } from "./api-server.ts";
import { fail } from "./fake-api-server.ts";
import { podObject } from "./pod-object.ts";

const PODS = "/api/v1/namespaces/karma-shop/pods";
const used = useApiServer();

let registry: PodRegistry;
let watch: PodWatch | undefined;
let listed: object[];
let streams: ServerResponse[];
beforeEach(() => {
  registry = createPodRegistry(
    new Set(["cart"]),
    () => 0,
    () => 0,
  );
  listed = [podObject({ name: "a" })];
  streams = [];
  used.server.routes.set(`GET ${PODS}`, ({ url }, response) => {
    if (!url.searchParams.has("watch")) return { metadata: { resourceVersion: "7" }, items: listed };
    response.flushHeaders();
    streams.push(response);
    return undefined;
  });
});
afterEach(() => watch?.stop());

async function start(): Promise<void> {
  watch = await watchPods(used.caller, `${PODS}?labelSelector=x`, registry);
  await expect.poll(() => streams.length, { timeout: 10_000 }).toBe(1);
}

function tell(type: string, object: object): void {
  streams.at(-1)!.write(`${JSON.stringify({ type, object })}\n`);
}

function names(): readonly string[] {
  return registry.of("cart").map(({ name }) => name);
}

test("what is listed is there, and what is told changes it", async () => {
  await start();
  expect(names()).toEqual(["a"]);
  tell("ADDED", podObject({ name: "b", isReady: false }));
  tell("MODIFIED", podObject({ name: "b" }));
  tell("DELETED", podObject({ name: "a" }));
  await expect.poll(names, { timeout: 10_000 }).toEqual(["b"]);
  expect(registry.takeEvents().map(({ kind, pod }) => `${pod} ${kind}`)).toEqual(["b created", "b ready", "a gone"]);
  expect(used.server.seen.at(-1)!.url.searchParams.get("resourceVersion")).toBe("7");
});

test.each<[string, () => void]>([
  ["the server ends it", () => void streams[0]!.end()],
  ["its versions are forgotten", () => tell("ERROR", { code: 410, message: "too old resource version" })],
  ["the connection breaks", () => void streams[0]!.destroy()],
  ["the connection breaks inside a line", () => void streams[0]!.end('{"type":"MODIF')],
])("all pods are listed again when %s", async (_why, end) => {
  await start();
  listed = [podObject({ name: "c" })];
  end();
  await expect.poll(names, { timeout: 10_000 }).toEqual(["c"]);
  expect(watch!.lost()).toBeUndefined();
});

test("while nothing can be listed the registry is known to be behind, until something can", async () => {
  await start();
  const working = used.server.routes.get(`GET ${PODS}`)!;
  used.server.routes.set(`GET ${PODS}`, fail(503, "etcd has no leader"));
  streams[0]!.end();
  await expect
    .poll(() => (watch!.lost() as Error | undefined)?.message, { timeout: 10_000 })
    .toContain("etcd has no leader");
  used.server.routes.set(`GET ${PODS}`, working);
  await expect.poll(() => watch!.lost(), { timeout: 10_000 }).toBeUndefined();
});

test("a list that is no JSON, as a proxy answers, leaves the registry behind until there is one", async () => {
  await start();
  const working = used.server.routes.get(`GET ${PODS}`)!;
  used.server.routes.set(`GET ${PODS}`, (_, response) => void response.end("<html>maintenance</html>"));
  streams[0]!.end();
  await expect.poll(() => watch!.lost(), { timeout: 10_000 }).toMatchObject({ code: "NOT_READY" });
  used.server.routes.set(`GET ${PODS}`, working);
  await expect.poll(() => watch!.lost(), { timeout: 10_000 }).toBeUndefined();
});

test("a bug in what looks at pods stays told, and is no unhandled rejection", async () => {
  await start();
  const bug = new Error("a bug");
  registry.onChange(() => {
    throw bug;
  });
  tell("ADDED", podObject({ name: "b" }));
  await expect.poll(() => watch!.lost(), { timeout: 10_000 }).toBe(bug);
});

test("a namespace whose pods may not be seen is an error at once", async () => {
  used.server.routes.set(`GET ${PODS}`, fail(403, "pods is forbidden"));
  await expect(watchPods(used.caller, `${PODS}?x`, registry)).rejects.toMatchObject({ code: "TOOL_FAILED" });
});
