import type { Command } from "commander";
import { KarmaError } from "../core/errors.ts";

/**
 * What is typed and means nothing must not look as if it had been heeded.
 *
 * @param meaningless  long names of options: `--twin`
 * @param failure  what to say of those that were typed
 */
export function refuseTyped(
  command: Command,
  meaningless: ReadonlySet<string>,
  failure: { readonly expected: string; readonly found: string; readonly hint: string },
): void {
  const typed = command.options.filter(
    (option) => meaningless.has(option.long ?? "") && command.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (typed.length === 0) return;
  const names = typed.map(({ long }) => long).join(", ");
  throw new KarmaError("USAGE", `expected ${failure.expected}, found ${failure.found}: ${names}`, failure.hint);
}
