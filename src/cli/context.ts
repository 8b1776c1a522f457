import type { Command } from "commander";
import { createProgress, type Progress, progressStyle } from "../host/progress.ts";
import { interruptSignal } from "../host/interrupt.ts";

/** What every command gets besides its own options. */
export type CommandContext = {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly cwd: string;
};

/** What every command gives back: the same facts for a program and for a person. */
export type CommandResult = {
  readonly json: unknown;
  readonly text: string;
  /** The command one would most likely type now. */
  readonly next: string;
};

/** A command that goes on with the topology this one was given; nothing to type where it lies here. */
export function withTopology(command: string, topology: string | undefined): string {
  return topology === undefined ? command : `${command} ${/\s/.test(topology) ? JSON.stringify(topology) : topology}`;
}

export type CommonOptions = { readonly json?: boolean; readonly quiet?: boolean };

/** Adds the options that every command has. */
export function withCommonOptions(command: Command): Command {
  return command.option("--json", "print the result as JSON on stdout").option("--quiet", "no progress on stderr");
}

export function commandContext(options: CommonOptions): CommandContext {
  return {
    progress: createProgress(progressStyle(options.quiet === true)),
    signal: interruptSignal(),
    cwd: process.cwd(),
  };
}
