import type Dockerode from "dockerode";
import { KarmaError } from "../../../core/errors.ts";
import type { RunTool } from "../run-tool.ts";

/** The Docker daemon that the program `docker` talks to, of whichever context (Docker Desktop, colima, rootless). */
export async function openDocker(run: RunTool): Promise<Dockerode> {
  const { default: Docker } = await import("dockerode");
  if (process.env["DOCKER_HOST"] !== undefined) return new Docker();
  const { stdout } = await run("docker", ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
  const host = stdout.trim();
  const socketPath = socketOf(host);
  return socketPath === undefined ? new Docker() : new Docker({ socketPath });
}

/**
 * Socket or named pipe at which the daemon answers; undefined where the program `docker` names none.
 * @throws KarmaError for a daemon on another machine, whose keys are the program's
 */
export function socketOf(host: string): string | undefined {
  if (host === "") return undefined;
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (local !== undefined) return local;
  throw new KarmaError(
    "TOOL_FAILED",
    `expected docker's context to name a daemon on this machine (unix:// or npipe://), found ${host}`,
    "docker context use default takes the one here; or set DOCKER_HOST for this command",
  );
}

/** True where Docker has the image. */
export async function hasImage(docker: Dockerode, image: string): Promise<boolean> {
  return (await orMissing(docker.getImage(image).inspect(), `look for image ${image}`)) !== undefined;
}

/** The answer, or undefined where Docker has no such thing. */
export async function orMissing<Value>(answer: Promise<Value>, what: string): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && "statusCode" in error && error.statusCode === 404) return undefined;
    throw dockerFailure(error, what);
  }
}

/** What Docker said as a failure that can be acted on. */
export function dockerFailure(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof KarmaError || error.name === "AbortError") return error;
  const isDown = "code" in error && ["ECONNREFUSED", "ENOENT", "EACCES", "ECONNRESET"].includes(String(error.code));
  if (!isDown && !("statusCode" in error)) return error;
  const message = isDown ? `no Docker daemon answers: ${error.message}` : `Docker cannot ${what}: ${error.message}`;
  const hint = isDown ? "start Docker, or use --on local" : "docker info says how Docker is";
  return new KarmaError("TOOL_FAILED", message, hint, { cause: error });
}
