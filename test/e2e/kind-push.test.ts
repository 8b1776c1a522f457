import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { runTool } from "../../src/clusters/kubernetes/run-tool.ts";
import { openDocker } from "../../src/clusters/kubernetes/up/docker.ts";
import { pushImage } from "../../src/clusters/kubernetes/up/push-image.ts";
import { tarArchive } from "../../src/clusters/kubernetes/up/tar-archive.ts";
import { readyKind } from "./kind-fixture.ts";
import { type SmallRegistry, startSmallRegistry } from "./small-registry.ts";

/** Docker pushes to a registry of this test's own, on this machine: `npm run test:kind`. */
const kind = await readyKind();

const never = new AbortController().signal;

/** A registry, and a tiny image in Docker with a name in it. */
async function stage(login?: string): Promise<{ readonly registry: SmallRegistry; readonly image: string }> {
  const registry = await startSmallRegistry(login);
  const image = `${registry.host}/me/karma-mock:1`;
  await execa("docker", ["import", "-", image], { input: tarArchive([{ path: "hello", content: "hello\n" }]) });
  onTestFinished(async () => {
    await execa("docker", ["image", "rm", image], { reject: false });
    await registry.close();
  });
  return { registry, image };
}

function useDockerConfig(config: object): void {
  const folder = mkdtempSync(join(tmpdir(), "karma-docker-config-"));
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  vi.stubEnv("DOCKER_CONFIG", folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
}

async function push(image: string): Promise<readonly string[]> {
  const said: string[] = [];
  await pushImage(await openDocker(runTool), image, (line) => said.push(line), never);
  return said;
}

describe.skipIf(!kind.isReady)("an image on its way to a registry", () => {
  test("it arrives whole, and each step is said", async () => {
    const { registry, image } = await stage();
    const said = await push(image);
    expect(said.join("\n")).toContain("Pushed");
    const manifest = JSON.parse(registry.manifests.get("me/karma-mock:1")!) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    const digests = [manifest.config, ...manifest.layers].map(({ digest }) => digest);
    expect(digests.filter((digest) => !registry.blobs.has(digest))).toEqual([]);
  });

  test("a registry that wants a login gets the one that docker login left", async () => {
    const { registry, image } = await stage("me:s3:cret");
    useDockerConfig({ auths: { [registry.host]: { auth: Buffer.from("me:s3:cret").toString("base64") } } });
    await push(image);
    expect([...registry.manifests.keys()]).toEqual(["me/karma-mock:1"]);
  });

  test("without a login the failure says how to log in, and never the password", async () => {
    const { registry, image } = await stage("me:s3cret");
    useDockerConfig({});
    await expect(push(image)).rejects.toMatchObject({
      code: "TOOL_FAILED",
      message: expect.stringContaining(`${image} cannot be pushed`),
      hint: `docker login ${registry.host}`,
    });
  });

  test("a registry that is not there is told", async () => {
    const { registry, image } = await stage();
    await registry.close();
    await expect(push(image)).rejects.toMatchObject({ hint: expect.stringContaining("check the address") });
  });
});
