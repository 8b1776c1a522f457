import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { KarmaError } from "../../../core/errors.ts";

export type RegistryLogin = { readonly username: string; readonly password: string; readonly serveraddress: string };

type DockerConfig = {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
};

/** What `docker login` left for a registry; undefined where nobody logged in. It is passed to Docker and kept nowhere. */
export async function registryLogin(registry: string): Promise<RegistryLogin | undefined> {
  const config = readDockerConfig();
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helper !== undefined) return askHelper(helper, registry);
  const auth = config.auths?.[registry]?.auth;
  if (auth === undefined || auth === "") return undefined;
  const [username = "", ...password] = Buffer.from(auth, "base64").toString().split(":");
  return { username, password: password.join(":"), serveraddress: registry };
}

/** @source github.com/docker/docker-credential-helpers */
async function askHelper(helper: string, registry: string): Promise<RegistryLogin | undefined> {
  const tool = `docker-credential-${helper}`;
  const result = await execa(tool, ["get"], { input: registry, reject: false, timeout: 20_000 });
  if (result.exitCode !== 0) return undefined;
  const { Username, Secret } = JSON.parse(result.stdout) as { readonly Username: string; readonly Secret: string };
  return { username: Username, password: Secret, serveraddress: registry };
}

function readDockerConfig(): DockerConfig {
  const folder = process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
  const path = join(folder, "config.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
  try {
    return JSON.parse(text) as DockerConfig;
  } catch (error) {
    throw new KarmaError("INPUT_INVALID", `${path}: no JSON`, "docker login writes it anew", { cause: error });
  }
}
