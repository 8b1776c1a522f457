/** What to send, when, and what counts as too slow. */
export type LoadSpec = {
  readonly entries: readonly LoadEntry[];
  /** From the start of the load, ms, ascending: [requests]. Fixed beforehand; nothing the system does moves them. */
  readonly startTimesMs: Float64Array;
  /** CPU that mocks are asked to take for each request (header `x-work-ms`), ms: [requests]; what they draw when left out. */
  readonly workMs?: Float64Array;
  /** Mocks behind the entry are asked to spread their work evenly over neighbours (header `x-work-nth`); no when left out. */
  readonly isWorkEven?: boolean;
  /** What floods send on top; none when left out. */
  readonly floods?: readonly LoadFlood[];
  /** From the intended start; a request without its whole answer by then has timed out. */
  readonly timeoutMs: number;
  /** A slower answer violates the objective, ms from the intended start. */
  readonly objectiveMs: number;
  /** Requests that start before it are sent and not counted, ms; 0 when left out. */
  readonly warmUpMs?: number;
  /** Picks entries and the life of connections. */
  readonly seed: number;
  /** When the load starts, ms since 1970; as soon as the generator is ready when left out. */
  readonly startAtEpochMs?: number;
  /**
   * Connections live so long +- 20 %, ms, so that new replicas behind a per-connection balancer get traffic; 10 s when
   * left out.
   */
  readonly connectionLifeMs?: number;
  /** Connections to spread the requests over even when fewer would do; 64 when left out. */
  readonly connections?: number;
  /** Requests under way beyond which no more are sent; 4000 when left out. */
  readonly maxConcurrency?: number;
};

/** Requests that are nobody's: labelled with a header, and counted apart. */
export type LoadFlood = Pick<LoadSpec, "entries" | "startTimesMs" | "seed">;

/** @param share  part of the requests that go to this URL, > 0; shares sum to 1 */
export type LoadEntry = { readonly url: string; readonly share: number };
