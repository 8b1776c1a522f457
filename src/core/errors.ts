/** What went wrong, in the field `error.code` of `--json` output and as the base of the exit code. */
export type KarmaErrorCode = "INPUT_INVALID" | "USAGE" | "TOOL_MISSING" | "TOOL_FAILED" | "NOT_READY" | "INTERRUPTED";

/** One thing that is wrong with an input file. */
export type Problem = {
  /** Where, as a path into the file: `services.cart.cpu`, `connections[3].destination`. */
  readonly path: string;
  /** Expected, found, what to do, as one sentence. */
  readonly message: string;
};

/** A failure the user can act on. Anything else that reaches main() is a bug. */
export class KarmaError extends Error {
  readonly code: KarmaErrorCode;
  readonly hint: string;
  readonly problems: readonly Problem[];

  constructor(
    code: KarmaErrorCode,
    message: string,
    hint: string,
    options: { readonly cause?: unknown; readonly problems?: readonly Problem[] } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "KarmaError";
    this.code = code;
    this.hint = hint;
    this.problems = options.problems ?? [];
  }
}

/** Exit code of a failure: 1 the user's input, 2 a tool or the cluster. */
export function exitCodeOf(code: KarmaErrorCode): 1 | 2 | 130 {
  switch (code) {
    case "INPUT_INVALID":
    case "USAGE":
      return 1;
    case "TOOL_MISSING":
    case "TOOL_FAILED":
    case "NOT_READY":
      return 2;
    case "INTERRUPTED":
      return 130;
  }
}
