import { type Command, CommanderError } from "commander";
import { KarmaError } from "../core/errors.ts";

/** True for help and version: they have said all there is to say. */
export function isAnswered(error: unknown): error is CommanderError {
  return error instanceof CommanderError && /^commander\.(help|version)/.test(error.code);
}

/** A wrong command line as a failure like any other; everything else as it is. */
export function usageFailure(error: unknown, program: Command, words: readonly string[]): unknown {
  if (!(error instanceof CommanderError)) return error;
  const message = error.message.replace(/^error: /, "").replaceAll("\n", " ");
  return new KarmaError("USAGE", message, `${verbOf(program, words)} --help`, { cause: error });
}

/** The longest verb that the words begin with: `karma cluster up`. */
function verbOf(program: Command, words: readonly string[]): string {
  const names = [program.name()];
  let command: Command | undefined = program;
  for (const word of words) {
    command = command.commands.find((one) => one.name() === word);
    if (command === undefined) break;
    names.push(word);
  }
  return names.join(" ");
}
