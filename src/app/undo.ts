import { KarmaError } from "../core/errors.ts";
import type { Progress } from "../host/progress.ts";

/** What a recipe has done so far, to be taken back when a later step fails. */
export type Undo = {
  /** Remembers how to take back what was just done, or is about to be. */
  add(title: string, work: () => Promise<void>): void;
  /** Takes everything back, last first, and gives the failure that is to be told. */
  run(failure: unknown, progress: Progress): Promise<unknown>;
};

export function createUndo(): Undo {
  const done: { readonly title: string; readonly work: () => Promise<void> }[] = [];
  return {
    add: (title, work) => void done.push({ title, work }),
    async run(failure, progress) {
      const left: string[] = [];
      for (const { title, work } of done.toReversed()) {
        try {
          await progress.step(`undo: ${title}`, work);
        } catch (error) {
          left.push(`${title} (${error instanceof Error ? error.message : String(error)})`);
        }
      }
      return left.length === 0 ? failure : withRemains(failure, left);
    },
  };
}

function withRemains(failure: unknown, left: readonly string[]): unknown {
  if (!(failure instanceof KarmaError)) return failure;
  const { code, message, hint, problems } = failure;
  const remains = `could not undo: ${left.join("; ")}; karma cluster down tries again`;
  return new KarmaError(code, message, `${hint}; ${remains}`, { cause: failure, problems });
}
