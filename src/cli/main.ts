import { createAct } from "./act.ts";
import { printFailure } from "./print.ts";
import { createProgram } from "./program.ts";
import { isAnswered, usageFailure } from "./usage.ts";

// Whoever reads the result may stop early, as `head` does: that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const words = process.argv.slice(2);
const program = createProgram(
  createAct((code) => {
    process.exitCode = code;
  }),
);
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = isAnswered(error)
    ? error.exitCode
    : printFailure(usageFailure(error, program, words), words.includes("--json"));
}
