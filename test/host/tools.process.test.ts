import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { checkTools } from "../../src/host/tools.ts";
import { createFolder } from "./folder.ts";

async function foundWith(programs: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string | undefined>> {
  const path = createFolder();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  }
  vi.stubEnv("PATH", path);
  const tools = await checkTools();
  vi.unstubAllEnvs();
  return new Map(tools.map(({ name, found }) => [name, found]));
}

test("programs that say their version are found with it", async () => {
  const found = await foundWith({
    docker: "echo Docker 28.2.2",
    kind: "echo kind v0.30.0 go1.24",
    kubectl: "echo Client Version: v1.34.1; echo more",
  });
  expect([found.get("docker"), found.get("kind"), found.get("kubectl")]).toEqual([
    "Docker 28.2.2",
    "kind v0.30.0 go1.24",
    "Client Version: v1.34.1",
  ]);
});

test("programs that are not there, fail or say nothing are missing; none of them is required", async () => {
  const found = await foundWith({ docker: "exit 1", kind: "exit 0" });
  expect([found.get("docker"), found.get("kind"), found.get("kubectl")]).toEqual([undefined, undefined, undefined]);
  const tools = await checkTools();
  expect(tools.filter(({ isRequired }) => isRequired).map(({ name }) => name)).toEqual(["node"]);
});
