import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The tests of the Python package in an environment of its own below node_modules/, made where it is not there or of
 * other packages. Arguments go to unittest; KARMA_PYTHON names the interpreter it is made with.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "node_modules", ".cache", "karma-python");
const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const stamp = join(folder, "requirements.txt");
const requirements = join(root, "test", "python", "requirements.txt");

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function isMade(): boolean {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === readFileSync(requirements, "utf8");
}

if (!isMade()) {
  mkdirSync(folder, { recursive: true });
  run(process.env["KARMA_PYTHON"] ?? "python3", ["-m", "venv", folder]);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
  writeFileSync(stamp, readFileSync(requirements));
}
run(python, ["-m", "unittest", "discover", "-s", "test/python", "-v", ...process.argv.slice(2)]);
