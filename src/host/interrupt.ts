import { KarmaError } from "../core/errors.ts";

/**
 * A signal that aborts when the user (Ctrl-C), the system (SIGTERM, SIGHUP) or the death of the launcher asks this
 * process to stop. Whoever holds something cleans up on it; a second Ctrl-C ends the process at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (why: string): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(
      new KarmaError("INTERRUPTED", `stopped by ${why}`, "everything this command started is cleaned up"),
    );
  };
  process.on("SIGINT", () => stop("Ctrl-C"));
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGHUP", () => stop("SIGHUP"));
  if (process.channel !== undefined) {
    process.on("disconnect", () => stop("the end of its launcher"));
    process.channel.unref();
  }
  return controller.signal;
}
