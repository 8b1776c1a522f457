import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { createFolder } from "../host/folder.ts";

const installer = fileURLToPath(new URL("../../install.sh", import.meta.url));

/** A copy of install.sh in a folder where the libraries are said to be there, with these programs alone on the path. */
function workplace(programs: Readonly<Record<string, string>>): { readonly folder: string; readonly path: string } {
  const folder = createFolder();
  const path = join(folder, "path");
  mkdirSync(path);
  mkdirSync(join(folder, "node_modules"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "package-lock.json"), "{}");
  writeFileSync(join(folder, "node_modules/.karma-installed"), "{}");
  writeFileSync(join(folder, "bin/node24.js"), "export const findNode = () => process.execPath;");
  symlinkSync(process.execPath, join(path, "node"));
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(path, name), text, { mode: 0o755 });
  return { folder, path };
}

const needed = ["bash", "cmp", "cp", "cat", "curl", "chmod", "cut", "dirname", "grep", "mkdir", "mktemp", "mv", "rm"];
const others = ["sed", "sha256sum", "tar", "tr", "uname"];

async function install(
  { folder, path }: { readonly folder: string; readonly path: string },
  env: Readonly<Record<string, string>> = {},
) {
  for (const tool of [...needed, ...others]) {
    const { stdout } = await execa("which", [tool]);
    symlinkSync(stdout, join(path, tool));
  }
  writeFileSync(join(path, "npm"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  await execa("cp", [installer, join(folder, "install.sh")]);
  return execa("bash", [join(folder, "install.sh"), "--cluster"], {
    reject: false,
    extendEnv: false,
    env: { PATH: path, HOME: folder, ...env },
  });
}

const works = "#!/bin/sh\nexit 0\n";
const all = { kind: works, kubectl: works, helm: works, docker: works };

/** Answers every request with the same bytes. */
async function serve(content: string): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("with everything there nothing is downloaded", async () => {
  const place = workplace(all);
  const { exitCode, stdout } = await install(place, { KARMA_KIND_FROM: "http://127.0.0.1:1" });
  expect(stdout).toMatch(
    /kind: already there[^]*kubectl: already there[^]*helm: already there[^]*docker: already there/,
  );
  expect(exitCode).toBe(0);
  expect(existsSync(join(place.folder, ".local"))).toBe(false);
});

test("a file that is not the pinned one is refused, and nothing is installed", async () => {
  const { kind: _, ...without } = all;
  const place = workplace(without);
  const { url, asked } = await serve("#!/bin/sh\necho evil\n");
  const { exitCode, stderr } = await install(place, { KARMA_KIND_FROM: url });
  expect(asked).toEqual([expect.stringMatching(/^\/v0\.30\.0\/kind-(linux|darwin)-(amd64|arm64)$/)]);
  expect(stderr).toMatch(/is not the file that was expected; nothing was installed\n {2}SHA-256 [0-9a-f]{64} expected/);
  expect(exitCode).toBe(2);
  expect(existsSync(join(place.folder, ".local"))).toBe(false);
});

test("an address that does not answer is named, and nothing is installed", async () => {
  const { helm: _, ...without } = all;
  const place = workplace(without);
  const { exitCode, stderr } = await install(place, { KARMA_HELM_FROM: "http://127.0.0.1:1" });
  expect(stderr).toContain("helm could not be downloaded from http://127.0.0.1:1/helm-v3.19.0-");
  expect(exitCode).toBe(2);
});

test("Docker is not installed behind one's back, but its own page is named", async () => {
  const { docker: _, ...without } = all;
  const { exitCode, stdout } = await install(workplace(without));
  expect(stdout).toMatch(/docker: missing.*\n +https:\/\/docs\.docker\.com\//);
  expect(exitCode).toBe(0);
});

test("no download is left in the temporary folder", async () => {
  const { kind: _, ...without } = all;
  const place = workplace(without);
  const temporary = join(place.folder, "tmp");
  mkdirSync(temporary);
  const { url } = await serve("evil");
  await install(place, { KARMA_KIND_FROM: url, TMPDIR: temporary });
  expect(readdirSync(temporary)).toEqual([]);
});
