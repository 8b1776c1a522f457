import type { Progress } from "../host/progress.ts";

/** What every recipe needs of the machine besides its input. */
export type Host = {
  readonly progress: Progress;
  /** Aborts when the user wants to stop; recipes undo what they started. */
  readonly signal: AbortSignal;
  /** Where relative paths start, and `runs/` and `generated/` lie. */
  readonly cwd: string;
};
