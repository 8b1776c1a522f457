import { KarmaError } from "../core/errors.ts";

/** Signals so close together are one: a launcher passes on what reached its child already. */
const ONE_SIGNAL_MS = 1_000;

/**
 * A signal that aborts when the user (Ctrl-C), the system (SIGTERM, SIGHUP) or the death of the launcher asks this
 * process to stop. Whoever holds something cleans up on it; a second Ctrl-C ends the process at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let stoppedMs = Number.POSITIVE_INFINITY;
  const stop = (why: string): void => {
    if (controller.signal.aborted) return;
    stoppedMs = performance.now();
    controller.abort(
      new KarmaError("INTERRUPTED", `stopped by ${why}`, "everything this command started is cleaned up"),
    );
  };
  const names = { SIGINT: "Ctrl-C", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP" } as const;
  for (const [signal, name] of Object.entries(names)) {
    process.on(signal, () => {
      if (performance.now() - stoppedMs > ONE_SIGNAL_MS) process.exit(130);
      stop(name);
    });
  }
  if (process.channel !== undefined) {
    process.on("disconnect", () => stop("the end of its launcher"));
    process.on("message", (word) => {
      if (word === "SIGINT") stop(names.SIGINT);
    });
    process.channel.unref();
  }
  return controller.signal;
}
