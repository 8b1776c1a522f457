import type { MockConfig } from "./config.ts";

/** What befalls a replica by chance, minute by minute. */
export type Incidents = {
  /** Draws this minute's incidents. To be called once per scenario minute. */
  minute(): void;
  /** Share of requests that fail at the moment, on top of the endpoint's own. */
  errorShare(): number;
  /** Factor on CPU work at the moment. */
  workFactor(): number;
};

export type IncidentKind = keyof MockConfig["incidents"];

const KINDS: readonly IncidentKind[] = ["warning", "error", "degraded", "failure"];
/** How long errors or degradation last, ms of the scenario. */
const LASTS_MS = 30_000;
const ERROR_SHARE = 0.05;
const DEGRADED_FACTOR = 2;

export type IncidentHooks = {
  readonly nowMs: () => number;
  readonly uniform: () => number;
  log(kind: IncidentKind): void;
  crash(): void;
};

export function createIncidents(config: Pick<MockConfig, "incidents" | "timeScale">, hooks: IncidentHooks): Incidents {
  const lastsMs = LASTS_MS / config.timeScale;
  let errorsUntilMs = 0;
  let degradedUntilMs = 0;

  function begin(kind: IncidentKind): void {
    hooks.log(kind);
    if (kind === "error") errorsUntilMs = hooks.nowMs() + lastsMs;
    if (kind === "degraded") degradedUntilMs = hooks.nowMs() + lastsMs;
    if (kind === "failure") hooks.crash();
  }

  return {
    minute() {
      // Each kind draws every time, so that one kind's probability does not change another's dice.
      for (const kind of KINDS) if (hooks.uniform() < config.incidents[kind]) begin(kind);
    },
    errorShare: () => (errorsUntilMs > 0 && hooks.nowMs() < errorsUntilMs ? ERROR_SHARE : 0),
    workFactor: () => (degradedUntilMs > 0 && hooks.nowMs() < degradedUntilMs ? DEGRADED_FACTOR : 1),
  };
}
