import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import type { ToolAnswer } from "../../../../src/clusters/kubernetes/run-tool.ts";
import { listKindRecords, writeKindRecord } from "../../../../src/clusters/kubernetes/up/kind-record.ts";
import { knownKindClusters } from "../../../../src/clusters/kubernetes/up/placements.ts";
import { takeDownOnContext, takeDownOnKind } from "../../../../src/clusters/kubernetes/up/take-down.ts";
import { createFolder } from "../../../host/folder.ts";
import { useStateDir } from "../../local/state-dir.ts";
import { fail } from "../cluster/fake-api-server.ts";
import { useApiServer } from "../cluster/api-server.ts";

useStateDir();
const used = useApiServer();
const CLUSTER = "karma-shop";

/** kind with one cluster, and what it was asked to delete. */
const deleted: string[] = [];
let isNodeUp = false;
const run = async (_tool: string, args: readonly string[]): Promise<ToolAnswer> => {
  if (args[0] === "delete") deleted.push(args.at(-1)!);
  const stdout = args[0] === "get" ? `${CLUSTER}\n` : isNodeUp && !args.includes("--all") ? "0123456789ab\n" : "";
  return { exitCode: 0, isThere: true, stdout, stderr: "" };
};
const tools = { run, runLong: run };

beforeEach(async () => {
  deleted.length = 0;
  isNodeUp = false;
  const kubeconfig = join(createFolder(), "kubeconfig");
  const { server } = used.server.api.config.getCurrentCluster()!;
  const context = { name: `kind-${CLUSTER}`, context: { cluster: "c", user: "u" } };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: {} }],
      contexts: [context],
    }),
  );
  vi.stubEnv("KUBECONFIG", kubeconfig);
});

/** Namespaces of karma's on the cluster; deleting one takes it away. */
function namespaces(...names: string[]): void {
  const left = new Set(names);
  const { routes } = used.server;
  routes.set("GET /api/v1/namespaces", () => ({ items: [...left].map((name) => ({ metadata: { name } })) }));
  routes.set("GET /api/v1/namespaces/karma-monitoring/configmaps", () => ({ items: [] }));
  for (const name of names) {
    routes.set(`DELETE /api/v1/namespaces/${name}`, () => {
      left.delete(name);
      return {};
    });
  }
}

async function takeDown(isOwn: boolean, namespace: string | undefined, isAll = false) {
  await writeKindRecord({ cluster: CLUSTER, isOwn, isComplete: true });
  const [known] = await knownKindClusters(run);
  return takeDownOnKind(tools, known!, namespace, isAll);
}

test("with its last topology goes a cluster that karma made", async () => {
  namespaces("karma-shop");
  expect(await takeDown(true, "karma-shop")).toMatchObject({ isClusterDeleted: true, namespaces: ["karma-shop"] });
  expect(deleted).toEqual([CLUSTER]);
  expect(listKindRecords()).toEqual([]);
});

test("while another topology is on it, only the namespace goes", async () => {
  namespaces("karma-shop", "karma-other");
  expect(await takeDown(true, "karma-shop")).toMatchObject({ isClusterDeleted: false, namespaces: ["karma-shop"] });
  expect(deleted).toEqual([]);
  expect(listKindRecords()).toHaveLength(1);
});

test("a cluster that others made stays, and is forgotten with karma's last namespace", async () => {
  namespaces("karma-other");
  expect(await takeDown(false, "karma-other")).toMatchObject({ isClusterDeleted: false, namespaces: ["karma-other"] });
  expect(deleted).toEqual([]);
  expect(listKindRecords()).toEqual([]);
});

test("a topology that is not on it leaves it alone, even when it is empty or does not answer", async () => {
  namespaces("karma-shop");
  expect(await takeDown(true, "karma-elsewhere")).toBeUndefined();
  namespaces();
  expect(await takeDown(true, "karma-elsewhere")).toBeUndefined();
  used.server.routes.clear();
  expect(await takeDown(true, "karma-elsewhere")).toBeUndefined();
  expect(deleted).toEqual([]);
  expect(listKindRecords()).toHaveLength(1);
});

test("a cluster that runs and does not answer is kept, as others may be on it, unless everything is meant", async () => {
  isNodeUp = true;
  for (const namespace of ["karma-shop", undefined]) {
    await expect(takeDown(true, namespace)).rejects.toMatchObject({
      hint: expect.stringContaining("karma cluster down --all"),
    });
  }
  expect(deleted).toEqual([]);
  expect(await takeDown(true, undefined, true)).toMatchObject({ isClusterDeleted: true });
});

test("a topology's own cluster whose node has stopped is deleted with it", async () => {
  expect(await takeDown(true, "karma-shop")).toMatchObject({ isClusterDeleted: true, namespaces: [] });
  expect(deleted).toEqual([CLUSTER]);
});

test("everything goes when everything is meant", async () => {
  namespaces("karma-shop", "karma-other");
  expect(await takeDown(true, undefined)).toMatchObject({ isClusterDeleted: true });
  expect(deleted).toEqual([CLUSTER]);
});

test("clusters that somebody deleted are forgotten", async () => {
  await writeKindRecord({ cluster: "karma-gone", isOwn: true, isComplete: true });
  expect(await knownKindClusters(run)).toEqual([]);
  expect(listKindRecords()).toEqual([]);
});

test("on a context, who may see one namespace alone may take it down", async () => {
  namespaces("karma-shop");
  used.server.routes.set("GET /api/v1/namespaces", fail(403, "no"));
  used.server.routes.set("GET /api/v1/namespaces/karma-shop", (_request, response) => {
    const isGone = used.server.seen.some(({ method }) => method === "DELETE");
    if (isGone) response.statusCode = 404;
    return { metadata: { labels: { "app.kubernetes.io/managed-by": "karma-sim" } } };
  });
  expect(await takeDownOnContext(used.caller, "karma-shop")).toMatchObject({ namespaces: ["karma-shop"] });
  expect(await takeDownOnContext(used.caller, "karma-other")).toMatchObject({ namespaces: [] });
});
