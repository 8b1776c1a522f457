import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** What stands between this machine and a cluster of kind, and what to create one with. */
export type KindReadiness =
  | { readonly isReady: true; readonly nodeImage: string | undefined; readonly down: () => Promise<void> }
  | { readonly isReady: false; readonly why: string };

/** A fixture that lies beside the repository, for machines without an image registry. */
const BESIDE = fileURLToPath(new URL("../../../shared/kind", import.meta.url));

/**
 * What tests on Kubernetes run with, where `KARMA_KIND=1` asks for them; otherwise they are skipped, and it is said.
 *
 * @throws Error where they are asked for and cannot run: a skip would look like a success
 */
export async function readyKind(): Promise<KindReadiness> {
  if (process.env["KARMA_KIND"] !== "1") {
    const why = "KARMA_KIND=1 is not set; npm run test:kind does";
    console.error(`\n  NOT TESTED: nothing ran on Kubernetes.\n  Why: ${why}\n`);
    return { isReady: false, why };
  }
  const found = await findKind();
  if (!found.isReady) throw new Error(`KARMA_KIND=1 asks for tests on Kubernetes, and ${found.why}`);
  return found;
}

/**
 * Docker and kind as they are on this machine, or made by the folder named by `KARMA_KIND_FIXTURE`, whose program
 * `up` starts a Docker daemon without an image registry, prints the node image to use, and ends it with `up down`.
 */
function findKind(): Promise<KindReadiness> {
  const isChosen = process.env["KARMA_KIND_NODE_IMAGE"] !== undefined;
  const beside = !isChosen && existsSync(join(BESIDE, "up")) ? BESIDE : undefined;
  const fixture = process.env["KARMA_KIND_FIXTURE"] ?? beside;
  return fixture === undefined ? stockKind() : kindOf(fixture);
}

async function kindOf(fixture: string): Promise<KindReadiness> {
  const wasUp = await says("docker", ["info"]);
  // A fixture that is named must work: what it says then is the failure of the test.
  const { stdout } = await execa(join(fixture, "up"));
  const nodeImage = /kind create cluster --image (\S+)/.exec(stdout)?.[1];
  if (nodeImage === undefined) throw new Error(`${fixture}/up named no node image:\n${stdout}`);
  const down = async (): Promise<void> => {
    if (!wasUp) await execa(join(fixture, "up"), ["down"]);
  };
  return { isReady: true, nodeImage, down };
}

async function stockKind(): Promise<KindReadiness> {
  const tools = [
    { tool: "docker", args: ["info"], lack: "no Docker daemon answers" },
    { tool: "kind", args: ["version"], lack: "there is no kind" },
    { tool: "kubectl", args: ["version", "--client"], lack: "there is no kubectl" },
  ];
  for (const { tool, args, lack } of tools) {
    if (!(await says(tool, args))) return { isReady: false, why: `${lack}, and KARMA_KIND_FIXTURE names no fixture` };
  }
  return { isReady: true, nodeImage: process.env["KARMA_KIND_NODE_IMAGE"], down: async () => {} };
}

async function says(tool: string, args: readonly string[]): Promise<boolean> {
  const { failed } = await execa(tool, args, { reject: false });
  return !failed;
}
