import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../host/hash.ts";

/** What an image is built from, and the name that says so. */
export type ImageContext = {
  /** Sorted by path, with forward slashes; the Dockerfile among them. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** 64 hexadecimal digits over the files and the base image. */
  readonly hash: string;
};

/**
 * The build context of the mock: what the Dockerfile copies, and nothing else.
 *
 * @param mocks  karma's folder `mocks`
 * @param dockerfile  text of the Dockerfile
 * @param baseImage  build argument BASE_IMAGE; the Dockerfile's own when undefined
 */
export function readImageContext(mocks: string, dockerfile: string, baseImage: string | undefined): ImageContext {
  const sources = globSync("src/**/*.ts", { cwd: mocks }).map((path) => path.replaceAll("\\", "/"));
  const copied = ["package.json", "package-lock.json", ...sources].map((path) => ({
    path,
    content: readFileSync(join(mocks, path), "utf8"),
  }));
  const files = [...copied, { path: "Dockerfile", content: dockerfile }].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { files, hash: sha256(JSON.stringify([baseImage ?? "", files])) };
}

/** A name that changes with what the image is made of: where it exists, nothing is to be built or loaded. */
export function imageOf(repository: string, { hash }: ImageContext): string {
  return `${repository}:${hash.slice(0, 12)}`;
}
