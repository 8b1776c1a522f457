import { type Rng, createRng } from "../../core/rng.ts";
import type { Fault } from "./fault.ts";
import type { ScenarioFault } from "./scenario.ts";

/** Throws the dice of the faults; in the order in which they start. A fault with a seed has dice of its own. */
export function realizeFaults(faults: readonly ScenarioFault[], timeScale: number, rng: Rng): readonly Fault[] {
  return faults
    .flatMap((fault, index) => {
      const own = "seed" in fault && fault.seed !== undefined ? createRng(fault.seed) : rng.split(index);
      return realizeFault(fault, timeScale, own);
    })
    .toSorted((a, b) => a.atMs - b.atMs);
}

function realizeFault(fault: ScenarioFault, timeScale: number, rng: Rng): readonly Fault[] {
  const atMs = (fault.startS * 1_000) / timeScale;
  if (fault.kind === "kill-pod") {
    const { kind, service, count } = fault;
    return [{ kind, atMs, service, count }];
  }
  const durationMs = (fault.durationS * 1_000) / timeScale;
  if (fault.kind === "crash")
    return crashes(fault.service, atMs, durationMs, (fault.perMinute * timeScale) / 60_000, rng);
  const { startS: _start, durationS: _duration, seed: _seed, ...rest } = fault;
  if (rest.kind === "ddos") return [{ ...rest, atMs, durationMs, seed: rng.next() }];
  return [{ ...rest, atMs, durationMs }];
}

/** A Poisson process of replicas that die. */
function crashes(service: string, atMs: number, durationMs: number, perMs: number, rng: Rng): readonly Fault[] {
  const kills: Fault[] = [];
  for (let afterMs = rng.exponential() / perMs; afterMs < durationMs; afterMs += rng.exponential() / perMs) {
    kills.push({ kind: "kill-pod", atMs: atMs + afterMs, service, count: 1 });
  }
  return kills;
}
