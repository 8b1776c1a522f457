/** What a topology says where its file says nothing. The page docs/topology.md gives them field by field. */
export const defaults = {
  memoryMiB: 256,
  minReplicas: 1,
  maxReplicas: 10,
  startupS: 5,
  concurrency: 32,
  /** The queue holds as much work as a replica does in this time, s. */
  queueS: 2,
  endpoint: "default",
  timeoutMs: 2_000,
  retries: 0,
  lognormalCv: 1,
  growthExponent: 2,
  /** What the mock takes by itself, MiB. @source resident memory of a mock that serves */
  baseMiB: 100,
  objective: { p95Ms: 200, availability: 0.99 },
} as const;
