import { expect, test } from "vitest";
import type { ToolAnswer } from "../../../../src/clusters/kubernetes/run-tool.ts";
import { openDocker, socketOf } from "../../../../src/clusters/kubernetes/up/docker.ts";

test.each([
  ["unix:///run/user/1000/docker.sock", "/run/user/1000/docker.sock"],
  ["npipe:////./pipe/docker_engine", "//./pipe/docker_engine"],
  ["", undefined],
])("the daemon of %j answers at %j", (host, socket) => {
  expect(socketOf(host)).toBe(socket);
});

test.each(["ssh://me@far", "tcp://10.0.0.1:2376"])(
  "the daemon of %s is not mistaken for the one of this machine",
  async (host) => {
    const run = async (): Promise<ToolAnswer> => ({ exitCode: 0, isThere: true, stdout: `${host}\n`, stderr: "" });
    const before = process.env["DOCKER_HOST"];
    delete process.env["DOCKER_HOST"];
    try {
      await expect(openDocker(run)).rejects.toMatchObject({
        code: "TOOL_FAILED",
        message: expect.stringContaining(host),
      });
    } finally {
      if (before !== undefined) process.env["DOCKER_HOST"] = before;
    }
  },
);
