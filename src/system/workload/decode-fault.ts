import { intensityOf } from "./fault-checks.ts";
import type { FloodTarget } from "./fault.ts";
import type { RawFault } from "./raw-scenario.ts";
import type { ScenarioFault } from "./scenario.ts";

/** A fault that passed its checks, with its defaults. */
export function decodeFault(raw: RawFault): ScenarioFault {
  const kind = raw.kind!;
  if (kind === "kill-pod") {
    return { kind, startS: raw.at_s!, service: raw.service!.toLowerCase(), count: raw.count ?? 1 };
  }
  const lasting = {
    startS: raw.start_s!,
    durationS: raw.duration_s!,
    ...(raw.seed === undefined ? {} : { seed: raw.seed }),
  };
  const intensity = raw.intensity ?? intensityOf(raw, kind)?.otherwise ?? 1;
  if (kind === "ddos") {
    const target: FloodTarget = raw.target === "costliest" ? "costliest" : "entry";
    return { ...lasting, kind, target, factor: intensity };
  }
  const service = raw.target!.toLowerCase();
  switch (kind) {
    case "crash":
      return { ...lasting, kind, service, perMinute: intensity };
    case "crash-loop":
      return { ...lasting, kind, service, replicas: intensity };
    case "bottleneck":
      return { ...lasting, kind, service, factor: intensity, ...(raw.resource === "limit" ? { of: "limit" } : {}) };
    case "slow-start":
      return { ...lasting, kind, service, factor: intensity };
    case "contention":
      return raw.resource === "memory"
        ? { ...lasting, kind, service, cores: 0, memoryMiB: intensity }
        : { ...lasting, kind, service, cores: intensity, memoryMiB: 0 };
    case "failing-readiness":
      return { ...lasting, kind, service, share: intensity };
    case "lost-metrics":
      return { ...lasting, kind, service };
  }
}
