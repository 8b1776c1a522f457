import { Listr, ListrLogger, ProcessOutput } from "listr2";

/** Says how far a step is: a share in [0, 1] where one is known, and a few words. */
export type Update = (done: number | undefined, note?: string) => void;

/** Tells the user what is going on, on stderr, so that stdout keeps the result alone. */
export type Progress = {
  /** Runs one step under a title. `work` may call its argument as often as it likes. */
  step<T>(title: string, work: (update: Update) => Promise<T>): Promise<T>;
};

export type ProgressStyle = "lively" | "plain" | "quiet";

/** Columns below which drawing in place is unreadable; a terminal without a size says 0. */
const NARROWEST = 40;

/** Lively on a terminal, plain lines in a pipe or a log. */
export function progressStyle(isQuiet: boolean): ProgressStyle {
  if (isQuiet) return "quiet";
  return process.stderr.isTTY && process.stderr.columns >= NARROWEST ? "lively" : "plain";
}

const PLAIN_EVERY_MS = 5_000;
/** Before so much of the work was seen, nobody knows how long the rest takes. */
const LEAST_DONE = 0.02;
const renderers = { lively: "default", plain: "simple", quiet: "silent" } as const;

export function createProgress(style: ProgressStyle): Progress {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  return {
    async step(title, work) {
      let result: { readonly value: Awaited<ReturnType<typeof work>> } | undefined;
      const startedMs = performance.now();
      const list = new Listr(
        [
          {
            title,
            task: async (_context, task) => {
              let shownMs = startedMs;
              let first: Point | undefined;
              const value = await work((done, note) => {
                const nowMs = performance.now();
                first ??= done === undefined ? undefined : { done, atMs: nowMs };
                if (style === "plain" && nowMs - shownMs < PLAIN_EVERY_MS) return;
                shownMs = nowMs;
                task.output =
                  (style === "plain" ? `${title}: ` : "") + describe(done, note, leftMs(done, nowMs, first));
              });
              task.title = `${title} (${seconds(performance.now() - startedMs)})`;
              result = { value };
            },
          },
        ],
        {
          renderer: renderers[style],
          rendererOptions: { logger },
          registerSignalListeners: false,
        },
      );
      await list.run();
      if (result === undefined) throw new Error(`step ${title} ended without a result`);
      return result.value;
    },
  };
}

/** How far a step was, and when. */
type Point = { readonly done: number; readonly atMs: number };

/**
 * How long the rest takes; undefined where nobody knows. Work that goes on where it was stopped did not do its beginning
 * now: only what was done since the first report counts.
 */
export function leftMs(done: number | undefined, nowMs: number, first: Point | undefined): number | undefined {
  if (done === undefined || first === undefined || done - first.done <= LEAST_DONE || done >= 1) return undefined;
  return ((nowMs - first.atMs) * (1 - done)) / (done - first.done);
}

function describe(done: number | undefined, note: string | undefined, remainingMs: number | undefined): string {
  const parts: string[] = [];
  if (done !== undefined) parts.push(`${Math.round(done * 100)} %`);
  if (remainingMs !== undefined) parts.push(`about ${seconds(remainingMs)} left`);
  if (note !== undefined) parts.push(note);
  return parts.join(", ");
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
