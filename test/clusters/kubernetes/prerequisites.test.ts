import { expect, test } from "vitest";
import { checkPrerequisites } from "../../../src/clusters/kubernetes/prerequisites.ts";
import type { RunTool, ToolAnswer } from "../../../src/clusters/kubernetes/run-tool.ts";

/** What the programs really say: Docker 20.10 and 28.2, kind 0.30. */
const info = { ServerVersion: "20.10.24+dfsg1", MemTotal: 25_276_063_744, NCPU: 2, CgroupVersion: "1" };
const empty = JSON.stringify({ ServerVersion: "", MemTotal: 0, NCPU: 0 });
const kindVersion = "kind v0.30.0 go1.26.8 linux/amd64";

const answer = (stdout: string): ToolAnswer => ({ exitCode: 0, isThere: true, stdout, stderr: "" });
const failure = (stderr: string): ToolAnswer => ({ exitCode: 1, isThere: true, stdout: empty, stderr });
const absent: ToolAnswer = { exitCode: undefined, isThere: false, stdout: "", stderr: "" };

function tools(docker: ToolAnswer, kind: ToolAnswer = answer(kindVersion)): RunTool {
  return async (tool) => (tool === "docker" ? docker : kind);
}

test("a machine that has everything is told what it has", async () => {
  const found = await checkPrerequisites(tools(answer(JSON.stringify({ ...info, CgroupVersion: "2" }))), 1_000, 8_000);
  expect(found).toEqual([
    { name: "docker", isMet: true, found: "Docker 20.10.24+dfsg1 with 2 CPUs and 24105 MiB", fix: "" },
    { name: "kind", isMet: true, found: "kind v0.30.0", fix: "" },
    { name: "memory", isMet: true, found: "8000 MiB free; the cluster needs 1900", fix: "" },
    { name: "cgroup", isMet: true, found: "cgroup v2", fix: "" },
  ]);
});

const down = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
const refused =
  "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: " +
  'Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/info": dial unix /var/run/docker.sock: connect: permission denied';

test.each([
  ["no Docker", tools(absent), "docker", "no docker", /install\.sh --cluster .*; or use --on local/],
  ["a Docker daemon that is down", tools(failure(down)), "docker", down, /systemctl start docker/],
  ["a user without rights", tools(failure(refused)), "docker", "a Docker daemon that refuses this user", /usermod/],
  [
    "no kind",
    tools(answer(JSON.stringify(info)), absent),
    "kind",
    "no kind",
    /install\.sh --cluster .*; or use --on local/,
  ],
  ["an old kind", tools(answer(JSON.stringify(info)), answer("kind v0.11.1 go1.16")), "kind", "kind v0.11.1", /v0\.24/],
] as const)("%s is found, with what to do", async (_what, run, name, found, fix) => {
  const unmet = (await checkPrerequisites(run, 0, 8_000)).filter(({ isMet }) => !isMet);
  expect(unmet).toEqual([{ name, isMet: false, found, fix: expect.stringMatching(fix) }]);
});

test("too little memory is found, in this machine or in Docker's", async () => {
  const little = tools(answer(JSON.stringify({ ...info, MemTotal: 2 ** 30 })));
  for (const [run, freeMiB] of [
    [tools(answer(JSON.stringify(info))), 1_024],
    [little, 8_000],
  ] as const) {
    const unmet = (await checkPrerequisites(run, 1_000, freeMiB)).filter(({ isMet }) => !isMet);
    expect(unmet).toMatchObject([{ name: "memory", found: "1024 MiB free; the cluster needs 1900" }]);
  }
});

test("on cgroup v1 the node image that still starts there is named", async () => {
  const found = await checkPrerequisites(tools(answer(JSON.stringify(info))), 0, 8_000);
  expect(found.at(-1)).toMatchObject({ name: "cgroup", isMet: true, fix: expect.stringContaining("1.34") });
});

test("everything that lacks is said at once", async () => {
  const found = await checkPrerequisites(tools(absent, absent), 0, 8_000);
  expect(found.map(({ name, isMet }) => `${name} ${isMet}`)).toEqual(["docker false", "kind false"]);
});
