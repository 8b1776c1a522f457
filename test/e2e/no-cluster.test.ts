import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type KindPlace, createKindPlace } from "./kind-karma.ts";

/** What karma says where there is nothing to run a cluster on; needs neither Docker nor Kubernetes. */
function place(programs: Readonly<Record<string, string>> = {}): KindPlace {
  const made = createKindPlace();
  onTestFinished(made.remove);
  made.topology("shop");
  const bin = join(made.folder, "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return made.with({ PATH: bin });
}

const down = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

test("without Docker and kind both are named, with install.sh --cluster and --on local, and nothing is made", async () => {
  const { karma, folder } = place();
  const { code, stderr } = await karma("cluster", "up", "shop.json");
  expect(code).toBe(2);
  expect(stderr).toMatch(/docker +found no docker;/);
  expect(stderr).toMatch(/kind +found no kind;/);
  expect(stderr).toMatch(/hint: bash install\.sh --cluster .*karma cluster up --on local/);
  expect(readdirSync(join(folder, "state"), { recursive: true })).toEqual(["kind"]);
  expect(readdirSync(folder)).not.toContain("generated");
});

test("a Docker daemon that is down is told with what it said", async () => {
  const docker = `echo '{"ServerVersion":""}'; echo '${down}' >&2; exit 1`;
  const { karma } = place({ docker, kind: "echo kind v0.30.0" });
  const { code, stdout } = await karma("cluster", "up", "shop.json", "--json");
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: "TOOL_MISSING", problems: [{ path: "docker", message: expect.stringContaining(down) }] },
  });
});

test("a context that is not there is told with those that are", async () => {
  const { karma, folder } = place();
  const contexts = [{ name: "prod", context: { cluster: "c", user: "u" } }];
  writeFileSync(join(folder, "kubeconfig"), JSON.stringify({ apiVersion: "v1", kind: "Config", contexts }));
  const { code, stderr } = await karma("cluster", "up", "shop.json", "--on", "context:nosuch", "--image", "x:1");
  expect(stderr).toContain("found no nosuch (there is: prod)");
  expect(code).toBe(1);
});

test("an API server that is not there is told by its address, by up, status and down", async () => {
  const { karma, folder } = place();
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: `https://127.0.0.1:${port}` } }],
    users: [{ name: "u", user: {} }],
    contexts: [{ name: "gone", context: { cluster: "c", user: "u" } }],
  };
  writeFileSync(join(folder, "kubeconfig"), JSON.stringify(kubeconfig));
  for (const verb of [["up", "--image", "x:1"], ["status"], ["down", "--all"]]) {
    const { code, stderr } = await karma("cluster", ...verb, "--on", "context:gone");
    const words = verb.join(" ");
    if (verb[0] === "up") expect(stderr, words).toContain("no topology.json");
    else expect(stderr, words).toContain(`(https://127.0.0.1:${port}) does not answer`);
    expect(code, words).toBe(verb[0] === "up" ? 1 : 2);
  }
  const up = await karma("cluster", "up", "shop.json", "--on", "context:gone", "--image", "x:1");
  expect(up).toMatchObject({ code: 2, stderr: expect.stringContaining("does not answer") });
});

test.each([
  [["--on", "context:prod"], 1, "expected an image that the nodes of prod can pull"],
  [["--request-share", "2"], 1, "expected a request share in (0, 1], found 2"],
  [["--node-port", "80"], 1, "expected a node port from 30000 to 32767, found 80"],
  [["--cluster", "Über"], 1, "expected a name of lower-case letters"],
  [["--only", "bake"], 1, 'found "bake"'],
  [["--kind-config", "nosuch.yaml"], 1, "nosuch.yaml"],
] as const)("cluster up %j ends with %i and a sentence", async (options, code, sentence) => {
  const { karma } = place({ docker: `echo '{"ServerVersion":"28.2.2","MemTotal":8e10}'`, kind: "echo kind v0.30.0" });
  const ended = await karma("cluster", "up", "shop.json", ...options);
  expect(ended.stderr).toContain(sentence);
  expect(ended.code).toBe(code);
});
