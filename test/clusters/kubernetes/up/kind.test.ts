import { expect, test } from "vitest";
import type { ToolAnswer } from "../../../../src/clusters/kubernetes/run-tool.ts";
import {
  type KindTools,
  createKindCluster,
  deleteKindCluster,
  listKindClusters,
  loadImage,
} from "../../../../src/clusters/kubernetes/up/kind.ts";

const ok = (stdout = ""): ToolAnswer => ({ exitCode: 0, isThere: true, stdout, stderr: "" });
const failed = (stderr: string): ToolAnswer => ({ exitCode: 1, isThere: true, stdout: "", stderr });
const never = new AbortController().signal;

/** Programs that answer in this order, and what they were asked. */
function tools(...answers: readonly ToolAnswer[]): KindTools & { readonly asked: string[] } {
  const asked: string[] = [];
  const left = [...answers];
  const run = async (tool: string, args: readonly string[]): Promise<ToolAnswer> => {
    asked.push([tool, ...args].join(" "));
    return left.shift() ?? ok();
  };
  return { run, runLong: run, asked };
}

test("a machine without kind is told how to get it", async () => {
  const none: ToolAnswer = { exitCode: undefined, isThere: false, stdout: "", stderr: "" };
  await expect(listKindClusters(tools(none).run)).rejects.toMatchObject({
    code: "TOOL_MISSING",
    hint: "bash install.sh --cluster gets it; --on local needs none",
  });
});

test("a cluster is made from a configuration on standard input", async () => {
  const fake = tools();
  await createKindCluster(fake, "karma-x", "kind: Cluster", () => {}, never);
  expect(fake.asked).toEqual(["kind create cluster --name karma-x --config - --wait 180s"]);
});

// What kind v0.30.0 says.
test.each([
  [
    'ERROR: failed to create cluster: command "docker run ..." failed with error: exit status 125\nCommand Output: docker: Error response from daemon: driver failed programming external connectivity: Bind for 127.0.0.1:31840 failed: port is already allocated.',
    /port is already allocated/,
    /--node-port/,
  ],
  [
    'ERROR: failed to create cluster: failed to pull image "kindest/node:v9": command "docker pull kindest/node:v9" failed with error: exit status 1',
    /failed to pull image "kindest\/node:v9"/,
    /--node-image/,
  ],
  [
    'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "x"',
    /already exist/,
    /kind delete cluster/,
  ],
  ["ERROR: failed to lock config file: open /root/.kube/config.lock: file exists", /config\.lock/, /remove the file/],
  ["ERROR: something new", /something new/, /-v 3/],
])("kind's %j is told with what to do", async (stderr, message, hint) => {
  const making = createKindCluster(tools(failed(stderr)), "x", "", () => {}, never);
  await expect(making).rejects.toMatchObject({
    code: "TOOL_FAILED",
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
});

test("a container that comes after the deletion is deleted too", async () => {
  const fake = tools(ok(), ok("4d5e\n"), ok(), ok(""));
  await deleteKindCluster(fake, "karma-x");
  expect(fake.asked.filter((line) => line.startsWith("kind delete"))).toHaveLength(2);
});

test("clusters are listed by name, and a failure to list them is told", async () => {
  expect(await listKindClusters(tools(ok("one\ntwo\n")).run)).toEqual(["one", "two"]);
  const down = failed("ERROR: failed to list clusters: Cannot connect to the Docker daemon at unix:///x");
  await expect(listKindClusters(tools(down).run)).rejects.toMatchObject({
    hint: expect.stringContaining("start Docker"),
  });
});

test("an image that does not load is a failure", async () => {
  const lost = failed('ERROR: image: "x:1" not present locally');
  await expect(loadImage(tools(lost), "c", "x:1", () => {}, never)).rejects.toThrow('image: "x:1" not present locally');
});
