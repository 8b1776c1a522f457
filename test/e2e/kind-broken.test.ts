import { createServer } from "node:net";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readyKind } from "./kind-fixture.ts";
import { type KindPlace, createKindPlace, untilSaid } from "./kind-karma.ts";

/** What karma says and leaves when something is wrong with a real cluster: `npm run test:kind`. */
const kind = await readyKind();

const nodeImage = kind.isReady && kind.nodeImage !== undefined ? ["--node-image", kind.nodeImage] : [];
const cluster = `karma-broken-${process.pid}`;
const context = `kind-${cluster}`;
const SMALL = ["--request-share", "0.25", "--json"];

describe.skipIf(!kind.isReady)("a cluster of kind on which things go wrong", () => {
  let place: KindPlace;
  let up: {
    readonly image: string;
    readonly entries: readonly { readonly url: string }[];
    readonly steps: readonly object[];
  };

  /** Brings up a topology on the cluster that is there. */
  const upOn = (file: string, ...options: readonly string[]) =>
    place.karma("cluster", "up", file, "--cluster", cluster, ...SMALL, ...options);
  const kubectl = (...args: readonly string[]): Promise<string> => place.tool("kubectl", "--context", context, ...args);
  const namespaces = async (): Promise<readonly string[]> =>
    (await kubectl("get", "namespaces", "-o", "name")).split("\n").filter((name) => name.includes("karma-"));

  beforeAll(async () => {
    place = createKindPlace();
    const ended = await upOn(place.topology("first"), ...nodeImage);
    expect(ended.stderr).not.toContain("hint:");
    expect(ended.code).toBe(0);
    up = JSON.parse(ended.stdout);
  }, 400_000);

  afterAll(async () => {
    await place.karma("cluster", "down", "--all");
    await place.tool("kind", "delete", "cluster", "--name", cluster);
    if (kind.isReady) await kind.down();
    place.remove();
  }, 120_000);

  test("the entry answers at 127.0.0.1, steps are timed, and again there is nothing to do", async () => {
    expect((await fetch(up.entries[0]!.url)).status).toBe(200);
    const pods = await kubectl("-n", "karma-first", "get", "pods", "-o", "name");
    const again = await upOn("first.json");
    expect(again.code).toBe(0);
    const { steps, ownSeconds } = JSON.parse(again.stdout) as {
      steps: { name: string; didWork: boolean }[];
      ownSeconds: number;
    };
    expect(steps.map(({ name }) => name)).toEqual([
      "check",
      "generate",
      "build",
      "create",
      "load",
      "metrics",
      "apply",
      "wait",
    ]);
    const idle = steps.filter(({ didWork }) => !didWork).map(({ name }) => name);
    expect(idle).toEqual(["build", "create", "metrics"]);
    console.log(`karma's own time, warm: ${ownSeconds.toFixed(1)} s`);
    // What it takes on a machine that others use too; without work to do it is the time of some requests.
    expect(ownSeconds).toBeLessThan(30);
    expect(await kubectl("-n", "karma-first", "get", "pods", "-o", "name")).toBe(pods);
  });

  test("a second topology shares the cluster, has an entry of its own, and goes without the first", async () => {
    const second = await upOn(place.topology("second"), "--no-metrics-server");
    expect(second.code).toBe(0);
    const { entries } = JSON.parse(second.stdout) as { entries: { url: string }[] };
    expect(entries[0]!.url).not.toBe(up.entries[0]!.url);
    expect((await fetch(entries[0]!.url)).status).toBe(200);
    const status = await place.karma("cluster", "status", "--json");
    const { kubernetes } = JSON.parse(status.stdout) as { kubernetes: { name: string }[] };
    expect(kubernetes.map(({ name }) => name)).toEqual(["first", "second"]);
    expect(await place.karma("cluster", "down", "second.json")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("karma-second is deleted"),
    });
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test("metrics are there, for kubectl and for HPAs", async () => {
    await expect
      .poll(async () => kubectl("-n", "karma-first", "top", "pods", "--no-headers").catch(() => ""), {
        timeout: 60_000,
        interval: 2_000,
      })
      .toMatch(/gate-.*\d+m/);
  });

  test("what does not fit the nodes is said before anything is applied", async () => {
    const ended = await upOn(place.topology("large", { cpu: 64_000 }));
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("does not fit the nodes") });
    expect(ended.stderr).toMatch(/services\.gate\s+expected room for 1 pod of 16000m CPU/);
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test("an image that Docker does not have is said at once", async () => {
    const ended = await upOn(place.topology("imageless"), "--image", "nosuch/mock:1");
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("expected Docker to have the image nosuch/mock:1"),
    });
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test("an image that the nodes cannot pull is found at the pods, and the namespace goes again", async () => {
    const file = place.topology("pulled");
    const ended = await place.karma(
      "cluster",
      "up",
      file,
      "--on",
      `context:${context}`,
      "--image",
      "localhost:1/nosuch:1",
      ...SMALL,
    );
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("the node has no image localhost:1/nosuch:1"),
    });
    expect(ended.stderr).toContain("undo: delete namespace karma-pulled");
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test("a container that ends again and again is told with its log, and the namespace goes again", async () => {
    const base = "debian:bookworm-slim";
    const ended = await upOn(place.topology("crashing"), "--image", base);
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/gate-\S+\s+the container ended .* exit code/),
    });
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test("another's HPA on a Deployment is refused with what deletes it, and nothing changes", async () => {
    await kubectl("-n", "karma-first", "autoscale", "deployment", "narrow", "--cpu-percent=60", "--min=1", "--max=2");
    const versions = (): Promise<string> =>
      kubectl(
        "-n",
        "karma-first",
        "get",
        "deployments,services,configmaps",
        "-o",
        'jsonpath={range .items[*]}{.kind}/{.metadata.name}={.metadata.resourceVersion}{"\\n"}{end}',
      );
    const before = await versions();
    expect(before).toContain("Deployment/narrow=");
    const ended = await upOn("first.json", "--scale", "0.5");
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("-n karma-first delete hpa/narrow") });
    expect(await versions()).toBe(before);
    await kubectl("-n", "karma-first", "delete", "hpa", "narrow");
  });

  test("a namespace that others made is left alone", async () => {
    await kubectl("create", "namespace", "karma-theirs");
    const ended = await upOn(place.topology("theirs"));
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("found one that others made") });
    expect(await kubectl("-n", "karma-theirs", "get", "all", "-o", "name")).toBe("");
    await kubectl("delete", "namespace", "karma-theirs");
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test("a user without rights is told the exact rules that lack, and nothing changes", async () => {
    const ended = await (
      await restricted(place, kubectl)
    ).karma("cluster", "up", place.topology("denied"), "--on", "context:restricted", "--image", up.image, "--json");
    expect(ended.code).toBe(2);
    const { error } = JSON.parse(ended.stdout) as { error: { problems: { path: string; message: string }[] } };
    expect(error.problems).toContainEqual({
      path: "Role in karma-denied",
      message: 'apiGroups: ["apps"], resources: ["deployments"], verbs: ["create","patch","delete"]',
    });
    expect(error.problems).not.toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('"pods/log"') }),
    );
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test("a context takes an image that is there, says that its metrics are another's, and is given back as it was", async () => {
    const file = place.topology("elsewhere");
    const ended = await place.karma("cluster", "up", file, "--on", `context:${context}`, "--image", up.image, ...SMALL);
    expect(ended.stderr).not.toContain("hint:");
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      context,
      namespace: "karma-elsewhere",
      services: [{ ready: 1 }, { ready: 1 }],
    });
    const types = await kubectl("-n", "karma-elsewhere", "get", "services", "-o", "jsonpath={.items[*].spec.type}");
    expect(types, "no port of the nodes without being asked for").toBe("ClusterIP ClusterIP");
    const down = await place.karma("cluster", "down", file, "--on", `context:${context}`);
    expect(down).toMatchObject({ code: 0, stdout: "karma-elsewhere is deleted\n" });
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test("a cluster that this karma did not make is refused, not taken", async () => {
    const stranger = place.with({ KARMA_STATE_DIR: join(place.folder, "other-state") });
    mkdirSync(join(place.folder, "other-state"));
    const name = cluster.replace("karma-", "");
    const ended = await stranger.karma("cluster", "up", place.topology(name), ...SMALL);
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`kind delete cluster --name ${cluster} removes it`),
    });
    await stranger.karma("cluster", "down", "--all");
    expect(await place.tool("kind", "get", "clusters")).toContain(cluster);
  });

  test("an API server that goes away while pods start is told; what could not be undone goes with down", async () => {
    const running = place.start(
      "cluster",
      "up",
      place.topology("lost", { startup_s: 30 }),
      "--cluster",
      cluster,
      ...SMALL,
    );
    await untilSaid(running, "wait for the pods");
    await place.tool("docker", "pause", `${cluster}-control-plane`);
    const ended = await running.ended;
    await place.tool("docker", "unpause", `${cluster}-control-plane`);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("does not answer") });
    expect(ended.stderr).toContain("karma cluster down tries again");
    await expect.poll(() => namespaces().catch(() => []), { timeout: 60_000 }).toContain("namespace/karma-lost");
    expect(await place.karma("cluster", "down", "lost.json")).toMatchObject({ code: 0 });
    expect(await namespaces()).toEqual(["namespace/karma-first"]);
  });

  test.each(["check what is needed", "build image", "load karma-mock", "apply namespace", "wait for the pods"])(
    "Ctrl-C at '%s' leaves what was there before, and no more",
    async (step) => {
      const running = place.start(
        "cluster",
        "up",
        place.topology("stopped", { startup_s: 20 }),
        "--cluster",
        cluster,
        ...SMALL,
      );
      await untilSaid(running, step);
      process.kill(-running.process.pid!, "SIGINT");
      const { code, stderr } = await running.ended;
      expect(stderr).toContain("stopped by Ctrl-C");
      expect(code).toBe(130);
      expect(await namespaces()).toEqual(["namespace/karma-first"]);
    },
  );
});

describe.skipIf(!kind.isReady)("a cluster of kind that does not come to be", () => {
  let place: KindPlace;

  beforeAll(() => {
    place = createKindPlace();
  });

  afterAll(async () => {
    await place.karma("cluster", "down", "--all");
    place.remove();
  }, 120_000);

  const containers = (name: string): Promise<string> =>
    place.tool("docker", "ps", "--all", "--quiet", "--filter", `label=io.x-k8s.kind.cluster=karma-${name}`);
  const records = (): readonly string[] => readdirSync(join(place.folder, "state", "kind"));

  test("a port that another program has is said before a cluster is made", async () => {
    const server = createServer().listen(31_999, "127.0.0.1");
    await once(server, "listening");
    const ended = await place.karma(
      "cluster",
      "up",
      place.topology("taken"),
      "--node-port",
      "31999",
      ...nodeImage,
      ...SMALL,
    );
    server.close();
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("expected 127.0.0.1:31999 to be free") });
    expect(await containers("taken")).toBe("");
  });

  test("a node image that nobody has is named, and nothing is left", async () => {
    const ended = await place.karma(
      "cluster",
      "up",
      place.topology("nodeless"),
      "--node-image",
      "localhost:1/nosuch/node:v1",
      ...SMALL,
    );
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("the node image is missing: --node-image"),
    });
    expect(await containers("nodeless")).toBe("");
    expect(records()).toEqual([]);
  });

  test("Ctrl-C while kind makes the cluster leaves no container and no record", async () => {
    const running = place.start("cluster", "up", place.topology("stopped"), ...nodeImage, ...SMALL);
    await untilSaid(running, "create cluster");
    await expect.poll(() => containers("stopped"), { timeout: 60_000 }).not.toBe("");
    process.kill(-running.process.pid!, "SIGINT");
    expect((await running.ended).code).toBe(130);
    expect(await containers("stopped")).toBe("");
    expect(records()).toEqual([]);
  });

  test("what a killed karma left half made is found and cleared", async () => {
    const running = place.start("cluster", "up", place.topology("half"), ...nodeImage, ...SMALL);
    await untilSaid(running, "create cluster");
    await expect.poll(() => containers("half"), { timeout: 60_000 }).not.toBe("");
    running.process.kill("SIGKILL");
    await running.ended;
    const status = await place.karma("cluster", "status");
    expect(status.stdout).toContain("kind:karma-half: dead, and something of it is left");
    expect(await place.karma("cluster", "down", "half.json")).toMatchObject({ code: 0 });
    // The kind that was left alone may be about to start a container.
    await expect.poll(() => containers("half"), { timeout: 60_000 }).toBe("");
    expect(records()).toEqual([]);
  });
});

/** The same cluster as somebody who may only look at pods. */
async function restricted(
  place: KindPlace,
  kubectl: (...args: readonly string[]) => Promise<string>,
): Promise<KindPlace> {
  await kubectl("create", "serviceaccount", "looker", "-n", "default");
  await kubectl("create", "clusterrolebinding", "looker", "--clusterrole=view", "--serviceaccount=default:looker");
  const token = await kubectl("create", "token", "looker", "-n", "default");
  const server = await kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "one", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "looker", user: { token } }],
    contexts: [{ name: "restricted", context: { cluster: "one", user: "looker" } }],
  };
  const path = join(place.folder, "restricted.json");
  writeFileSync(path, JSON.stringify(kubeconfig));
  return place.with({ KUBECONFIG: path });
}
