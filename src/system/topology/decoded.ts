import type { Problem } from "../../core/errors.ts";

/** What reading a user's file gives: a value that holds everything promised, or everything that is wrong with it. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Most problems told at once; a broken generator can produce thousands. */
const MOST_PROBLEMS = 100;

export function refuse(problems: readonly Problem[]): { readonly ok: false; readonly problems: readonly Problem[] } {
  if (problems.length <= MOST_PROBLEMS) return { ok: false, problems };
  const rest = problems.length - MOST_PROBLEMS;
  const more = { path: "", message: `expected fewer problems, found ${rest} more of them; fix these first` };
  return { ok: false, problems: [...problems.slice(0, MOST_PROBLEMS), more] };
}
