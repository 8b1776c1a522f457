import { type CommandContext, commandContext, type CommandResult, type CommonOptions } from "./context.ts";
import { printFailure, printResult } from "./print.ts";

/** A command: context and options in, the positional arguments last (undefined where one was left out). */
export type Run<Options extends CommonOptions> = (
  context: CommandContext,
  options: Options,
  ...values: (string | undefined)[]
) => Promise<CommandResult>;

/** Turns a command into a commander action that prints the result or the failure and sets the exit code. */
export type Act = <Options extends CommonOptions>(run: Run<Options>) => (...values: unknown[]) => Promise<void>;

/** @param exit  the only place that sets the exit code */
export function createAct(exit: (code: number) => void): Act {
  return <Options extends CommonOptions>(run: Run<Options>) =>
    async (...values: unknown[]) => {
      // Commander passes the positional arguments, then the options, then the command.
      const options = values.at(-2) as Options;
      const positional = values.slice(0, -2) as (string | undefined)[];
      const isJson = options.json === true;
      try {
        printResult(await run(commandContext(options), options, ...positional), options);
        exit(0);
      } catch (error) {
        exit(printFailure(error, isJson));
      }
    };
}
