import { stripVTControlCharacters } from "node:util";
import type Dockerode from "dockerode";
import { KarmaError } from "../../../core/errors.ts";
import type { ImageContext } from "../image-context.ts";
import { dockerFailure, hasImage } from "./docker.ts";
import { tarArchive } from "./tar-archive.ts";

export type ImageBuild = {
  readonly image: string;
  readonly context: ImageContext;
  /** The Dockerfile's own when undefined. */
  readonly baseImage: string | undefined;
};

/** A message of Docker while it builds or pushes. */
export type DockerMessage = { readonly stream?: string; readonly status?: string; readonly error?: string };

/** Lines of the output that a failure shows. */
const LAST_LINES = 6;
/** Known to Docker without being declared, and not kept in the image. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/** Builds the image of the mock and says each line of the output. */
export async function buildImage(
  docker: Dockerode,
  { image, context, baseImage }: ImageBuild,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const buildargs = { ...proxies(), ...(baseImage === undefined ? {} : { BASE_IMAGE: baseImage }) };
  const said: string[] = [];
  try {
    const { Readable } = await import("node:stream");
    const archive = Readable.from([tarArchive(context.files)], { objectMode: false });
    const output = await docker.buildImage(archive, {
      t: image,
      buildargs,
      rm: true,
      forcerm: true,
      abortSignal: signal,
    });
    await followOutput(docker, output, (line) => {
      said.push(line);
      onLine(line);
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw buildFailure(dockerFailure(error, `build ${image}`), said);
  }
  // An output that breaks off looks like one that ends.
  if (!(await hasImage(docker, image))) throw buildFailure(new BuildError("Docker broke off"), said);
}

/** Until the output ends; an error that it tells is thrown. */
export async function followOutput(
  docker: Dockerode,
  output: NodeJS.ReadableStream,
  onLine: (line: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const finished = (error: Error | null): void => (error === null ? resolve() : reject(error));
    docker.modem.followProgress(output, finished, ({ stream, status, error }: DockerMessage) => {
      if (error !== undefined) return reject(new BuildError(error));
      for (const line of linesOf(stream ?? status ?? "")) onLine(line);
    });
  });
}

/** Lines with something on them, without colours. */
function linesOf(text: string): readonly string[] {
  return stripVTControlCharacters(text)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** What Docker tells in its output rather than by its answer. */
class BuildError extends Error {}

function buildFailure(error: unknown, said: readonly string[]): unknown {
  if (!(error instanceof BuildError)) return error;
  const lines = said.slice(-LAST_LINES).map((line) => `\n  ${line}`);
  const message = `the image cannot be built: ${error.message}; the last lines:${lines.join("")}`;
  return new KarmaError("TOOL_FAILED", message, buildHint(error.message, said), { cause: error });
}

/** @param said  the output: its last step is the one that failed */
function buildHint(message: string, said: readonly string[]): string {
  const step = said.findLast((line) => /^Step \d+\/\d+ :/.test(line)) ?? "";
  const base = "--base-image names one that is there or can be pulled, with Node 24.12 or newer";
  if (step.includes(": FROM ")) return `the base image is missing: ${base}`;
  if (message.includes("code: 127")) return `the base image has no npm: ${base}`;
  if (message.includes("npm ci")) return "npm ci needs the npm registry: HTTPS_PROXY is passed on, where it is set";
  return "docker build says more: karma generate writes the Dockerfile";
}

function proxies(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    PROXY_VARIABLES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
