import { exitCodeOf, KarmaError } from "../core/errors.ts";
import type { CommandResult, CommonOptions } from "./context.ts";

/** Problems that a person reads at once. */
const MOST_PROBLEMS = 20;

/** The result on stdout, the next command on stderr unless the user wants quiet there. */
export function printResult(result: CommandResult, { json, quiet }: CommonOptions): void {
  const text = json === true ? JSON.stringify(result.json, null, 2) : result.text;
  if (text !== "") process.stdout.write(`${text}\n`);
  if (quiet !== true) process.stderr.write(`\nnext: ${result.next}\n`);
}

/** Prints a failure and says which exit code it deserves. A bug keeps its stack: it is not the user's to mend. */
export function printFailure(error: unknown, isJson: boolean): number {
  if (!(error instanceof KarmaError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`karma failed in a way it should not; please report this:\n${stack}\n`);
    if (isJson) process.stdout.write(`${JSON.stringify({ error: { code: "BUG", message: String(error) } })}\n`);
    return 2;
  }
  const { code, message, problems, hint } = error;
  if (isJson) process.stdout.write(`${JSON.stringify({ error: { code, message, problems, hint } }, null, 2)}\n`);
  const shown = problemLines(problems.slice(0, MOST_PROBLEMS));
  if (problems.length > MOST_PROBLEMS) shown.push(`  and ${problems.length - MOST_PROBLEMS} more; --json has them all`);
  const lines = [message, ...shown, `hint: ${hint}`];
  process.stderr.write(`${lines.join("\n")}\n`);
  return exitCodeOf(code);
}

/** Two columns: where, and what is wrong there. */
export function problemLines(problems: KarmaError["problems"]): string[] {
  const width = Math.min(48, Math.max(0, ...problems.map(({ path }) => path.length)));
  return problems.map(({ path, message }) => `  ${path.padEnd(width)}  ${message}`);
}
