// Entry point of the load generator's own process: takes one LoadSpec over IPC, sends progress and one LoadResult.
import type { LoadProgress, LoadResult } from "./load-result.ts";
import type { LoadSpec } from "./load-spec.ts";
import { runLoad } from "./run-load.ts";

/** What this process says to its parent. */
export type LoadMessage =
  | { readonly kind: "progress"; readonly progress: LoadProgress }
  | { readonly kind: "result"; readonly result: LoadResult };

if (process.send === undefined) throw new Error("the load generator runs only as a child of karma");

// Ctrl-C reaches the whole process group. The parent decides what it means; its end, however sudden, closes the channel.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => process.exit(0));

process.once("message", (spec: LoadSpec) => {
  void runLoad(spec, (progress) => tell({ kind: "progress", progress })).then((result) =>
    tell({ kind: "result", result }, () => process.disconnect()),
  );
});

function tell(message: LoadMessage, onSent?: () => void): void {
  process.send?.(message, undefined, undefined, () => onSent?.());
}
