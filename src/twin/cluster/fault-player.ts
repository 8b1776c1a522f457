import type { ClusterFault } from "../../system/workload/fault.ts";

/** What a twin can let happen to itself. Services by their index, times on the twin's clock. */
export type FaultTarget = {
  nowMs(): number;
  kill(service: number, count: number): void;
  /** Every request of the service costs so many times its CPU. */
  setWork(service: number, factor: number): void;
  /** Replicas of the service may use so many times less CPU; readings go by the limit as it was. */
  setLimitDivisor(service: number, divisor: number): void;
  /** Replicas that start take so many times as long. */
  setStartup(service: number, factor: number): void;
  /** Of the time it works, a replica gets this share of its cores; all services. */
  setSpeed(speed: number): void;
  readyOf(service: number): number;
  /** So many ready replicas are unready until a time. */
  unready(service: number, count: number, untilMs: number): void;
  /** So many replicas crash whenever they are ready, until a time. */
  crashLoop(service: number, count: number, untilMs: number): void;
  /** What was to end at that time ends now. */
  release(service: number, untilMs: number): void;
  blind(service: number, untilMs: number): void;
  see(service: number): void;
  /** Cores that all replicas use together at the moment. */
  usedCores(): number;
};

export type FaultPlayer = {
  /** When something starts, ends, or is to be looked at next; Infinity = nothing. */
  nextMs(): number;
  /** Lets happen what is due by now. */
  play(): void;
  /** A fault starts now. */
  inject(fault: ClusterFault): void;
  /** Everything that lasts ends now. */
  heal(): void;
};

type Running = { readonly fault: ClusterFault; readonly endMs: number; readonly end: () => void };

export type FaultPlayerOptions = {
  readonly faults: readonly ClusterFault[];
  readonly indexOf: (service: string) => number;
  readonly timeScale: number;
  /** Cores of the machine that all replicas share with the neighbours. */
  readonly machineCores: number;
};

/** How often the neighbours' share is looked at anew, ms of the scenario. */
const LOOK_MS = 1_000;

/** Plays the faults of a workload on a twin, each from its start to its end. */
export function createFaultPlayer(target: FaultTarget, options: FaultPlayerOptions): FaultPlayer {
  const coming = options.faults.toSorted((a, b) => a.atMs - b.atMs);
  const running = new Set<Running>();
  let next = 0;
  let lookMs = Infinity;

  function start(fault: ClusterFault): void {
    const end = begin(target, fault, options);
    const endMs = target.nowMs() + (fault.kind === "kill-pod" ? 0 : fault.durationMs);
    if (end !== undefined) running.add({ fault, endMs, end });
    shareMachine();
  }

  function stop(one: Running): void {
    running.delete(one);
    one.end();
    shareMachine();
  }

  /** Neighbours and replicas share the cores equally, as threads on one machine do. */
  function shareMachine(): void {
    const cores = [...running].reduce((sum, { fault }) => sum + (fault.kind === "contention" ? fault.cores : 0), 0);
    lookMs = cores > 0 ? target.nowMs() + LOOK_MS / options.timeScale : Infinity;
    target.setSpeed(cores > 0 ? Math.min(1, options.machineCores / (cores + target.usedCores())) : 1);
  }

  return {
    nextMs: () => Math.min(coming[next]?.atMs ?? Infinity, lookMs, ...[...running].map(({ endMs }) => endMs)),
    play() {
      const nowMs = target.nowMs();
      for (const one of running) if (one.endMs <= nowMs) stop(one);
      while (next < coming.length && coming[next]!.atMs <= nowMs) start(coming[next++]!);
      if (lookMs <= nowMs) shareMachine();
    },
    inject: start,
    heal() {
      for (const one of running) stop(one);
    },
  };
}

/** Starts a fault; what ends it, where that does not come by itself. */
function begin(target: FaultTarget, fault: ClusterFault, options: FaultPlayerOptions): (() => void) | undefined {
  const service = options.indexOf(fault.service);
  if (fault.kind === "kill-pod") {
    target.kill(service, fault.count);
    return undefined;
  }
  const untilMs = target.nowMs() + fault.durationMs;
  switch (fault.kind) {
    case "crash-loop":
      target.crashLoop(service, fault.replicas, untilMs);
      return () => target.release(service, untilMs);
    case "bottleneck":
      if (fault.of === "limit") {
        target.setLimitDivisor(service, fault.factor);
        return () => target.setLimitDivisor(service, 1);
      }
      target.setWork(service, fault.factor);
      return () => target.setWork(service, 1);
    case "slow-start":
      target.setStartup(service, fault.factor);
      return () => target.setStartup(service, 1);
    case "failing-readiness":
      target.unready(service, Math.ceil(fault.share * target.readyOf(service)), untilMs);
      return () => target.release(service, untilMs);
    case "lost-metrics":
      target.blind(service, untilMs);
      return () => target.see(service);
    case "contention":
      return () => {};
  }
}
