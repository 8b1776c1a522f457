import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Docker from "dockerode";
import { expect, onTestFinished, test } from "vitest";
import { buildImage } from "../../../../src/clusters/kubernetes/up/build-image.ts";
import { dockerFailure, hasImage } from "../../../../src/clusters/kubernetes/up/docker.ts";

const build = {
  image: "karma-mock:1",
  context: { files: [{ path: "Dockerfile", content: "FROM scratch\n" }], hash: "1" },
  baseImage: "node:24-alpine",
};

/** A daemon that says these messages while it builds; the addresses it was asked for. */
async function daemon(...messages: readonly object[]): Promise<{ readonly docker: Docker; readonly asked: URL[] }> {
  const asked: URL[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? "/", "http://docker"));
    request.resume().on("end", () => {
      const isKnown = request.url?.includes("karma-mock") === true && messages.length > 0;
      if (request.method === "GET") response.writeHead(isKnown ? 200 : 404).end("{}");
      else response.end(messages.map((message) => `${JSON.stringify(message)}\r\n`).join(""));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { docker: new Docker({ protocol: "http", host: "127.0.0.1", port }), asked };
}

const never = new AbortController().signal;

test("an image is built under its name from the base that is asked for, and every line is said", async () => {
  const { docker, asked } = await daemon(
    { stream: "Step 1/1 : FROM x\n" },
    { stream: "\u001B[91mtwo\nlines\u001B[0m" },
  );
  const said: string[] = [];
  await buildImage(docker, build, (line) => said.push(line), never);
  expect(said).toEqual(["Step 1/1 : FROM x", "two", "lines"]);
  const query = asked[0]!.searchParams;
  expect(query.get("t")).toBe("karma-mock:1");
  expect(JSON.parse(query.get("buildargs")!)).toMatchObject({ BASE_IMAGE: "node:24-alpine" });
});

// What Docker 20.10 says.
test.each([
  ["Step 2/12 : FROM ${BASE_IMAGE}", "pull access denied for nosuch", /the base image is missing: --base-image/],
  ["Step 7/12 : RUN npm ci", "The command '/bin/sh -c npm ci' returned a non-zero code: 127", /has no npm/],
  ["Step 7/12 : RUN npm ci", "The command '/bin/sh -c npm ci' returned a non-zero code: 1", /HTTPS_PROXY/],
  ["Step 8/12 : COPY src ./src", "no space left on device", /docker build says more/],
])("a build that fails at %j with %j is told with its last lines and what to do", async (step, error, hint) => {
  const { docker } = await daemon({ stream: `${step}\n` }, { error });
  await expect(buildImage(docker, build, () => {}, never)).rejects.toMatchObject({
    code: "TOOL_FAILED",
    message: expect.stringContaining(`${error}; the last lines:\n  ${step}`),
    hint: expect.stringMatching(hint),
  });
});

test("an output that breaks off is a failure", async () => {
  const { docker } = await daemon();
  await expect(buildImage(docker, build, () => {}, never)).rejects.toThrow("Docker broke off");
});

test("an interruption is told as what it was", async () => {
  const { docker } = await daemon();
  const stop = AbortSignal.abort(new Error("stopped"));
  await expect(buildImage(docker, build, () => {}, stop)).rejects.toThrow("stopped");
});

test("an image that Docker does not have is no failure; a daemon that is away is", async () => {
  const { docker } = await daemon();
  expect(await hasImage(docker, "x:1")).toBe(false);
  const away = new Docker({ protocol: "http", host: "127.0.0.1", port: 1 });
  await expect(hasImage(away, "x:1")).rejects.toMatchObject({
    code: "TOOL_FAILED",
    hint: expect.stringContaining("start Docker"),
  });
  const bug = new Error("a bug");
  expect(dockerFailure(bug, "build")).toBe(bug);
});
