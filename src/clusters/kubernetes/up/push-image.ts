import type Dockerode from "dockerode";
import { KarmaError } from "../../../core/errors.ts";
import { followOutput } from "./build-image.ts";
import { dockerFailure } from "./docker.ts";
import { registryLogin } from "./registry-login.ts";

/** Docker wants to be told who pushes, even where nobody is asked. */
const NOBODY = { username: "", password: "", serveraddress: "" };

/** Pushes an image whose name says the registry, with the login that `docker login` left. */
export async function pushImage(
  docker: Dockerode,
  image: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const login = await registryLogin(registryOf(image));
  try {
    const output = await docker.getImage(image).push({ authconfig: login ?? NOBODY, abortSignal: signal });
    await followOutput(docker, output, onLine);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw pushFailure(dockerFailure(error, `push ${image}`), image);
  }
}

/** `ghcr.io/me/karma-mock:1` is on ghcr.io; a name without a host is on Docker Hub. */
function registryOf(image: string): string {
  const first = image.split("/", 1)[0]!;
  const isHost = image.includes("/") && (/[.:]/.test(first) || first === "localhost");
  return isHost ? first : "https://index.docker.io/v1/";
}

function pushFailure(error: unknown, image: string): unknown {
  if (!(error instanceof Error)) return error;
  const message = `${image} cannot be pushed: ${error.message}`;
  const isDenied = /denied|unauthorized|authentication|no basic auth/i.test(error.message);
  const hint = isDenied
    ? `docker login ${registryOf(image)}`
    : "check the address of the registry, and that it answers";
  return new KarmaError("TOOL_FAILED", message, hint, { cause: error });
}
