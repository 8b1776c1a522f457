import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../bin/karma.js", import.meta.url));

/** Runs `karma` with each list of words, one after another, telling what was typed. Ends this process where one fails. */
export async function karmaAll(commands: readonly (readonly string[])[]): Promise<void> {
  for (const words of commands) {
    console.error(`\n$ karma ${words.join(" ")}`);
    const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "inherit", "inherit"] });
    const code = await new Promise((done) => child.on("close", done));
    if (code !== 0) process.exit(1);
  }
}
