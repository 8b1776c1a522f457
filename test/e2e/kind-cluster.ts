import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Options, execa } from "execa";
import { generateArtifacts } from "../../src/system/compile/generate.ts";
import type { KubernetesOptions } from "../../src/system/compile/kubernetes-options.ts";
import type { Topology } from "../../src/system/topology/topology.ts";

const MOCKS = fileURLToPath(new URL("../../mocks", import.meta.url));

/** A cluster of kind for one test file, with a kubeconfig of its own. */
export type KindCluster = {
  readonly name: string;
  readonly context: string;
  readonly kubeconfig: string;
  run(tool: string, args: readonly string[], options?: Options): Promise<string>;
  /** Applies what karma generates of a topology; waits until its pods are ready. */
  apply(topology: Topology, options?: Partial<KubernetesOptions>): Promise<void>;
  /** Leaves nothing. */
  delete(): Promise<void>;
};

/**
 * @param mapped  the topology whose entries answer on this machine
 */
export async function createKindCluster(
  name: string,
  mapped: Topology,
  nodeImage: string | undefined,
): Promise<KindCluster> {
  const folder = join(tmpdir(), `karma-${name}`);
  const image = `karma-mock:${name}`;
  const kubeconfig = join(folder, "kubeconfig");
  const kind = { clusterName: name, ...(nodeImage === undefined ? {} : { nodeImage }) };
  const run = async (tool: string, args: readonly string[], options: Options = {}): Promise<string> => {
    const { stdout } = await execa(tool, args, { cwd: folder, env: { KUBECONFIG: kubeconfig }, ...options });
    return String(stdout);
  };
  const write = (topology: Topology, options: Partial<KubernetesOptions>): string => {
    const to = join(folder, topology.name);
    for (const { path, content } of generateArtifacts(topology, { kubernetes: { image, ...options }, kind })) {
      mkdirSync(dirname(join(to, path)), { recursive: true });
      writeFileSync(join(to, path), content);
    }
    return to;
  };
  const cluster: KindCluster = {
    name,
    context: `kind-${name}`,
    kubeconfig,
    run,
    async apply(topology, options = {}) {
      await run("kubectl", ["apply", "-f", join(write(topology, options), "manifests")]);
      await run("kubectl", ["-n", `karma-${topology.name}`, "rollout", "status", "deployment", "--timeout=180s"]);
    },
    async delete() {
      await run("kind", ["delete", "cluster", "--name", name], { reject: false });
      await run("docker", ["image", "rm", image], { reject: false });
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    const out = write(mapped, {});
    await run("docker", ["build", "-t", image, "-f", join(out, "Dockerfile"), MOCKS]);
    await run("kind", ["create", "cluster", "--config", join(out, "kind.yaml"), "--wait", "120s"]);
    await run("kind", ["load", "docker-image", image, "--name", name]);
    return cluster;
  } catch (error) {
    await cluster.delete();
    throw error;
  }
}
