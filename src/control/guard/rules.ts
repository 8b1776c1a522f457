import type { GuardRules } from "./guard.ts";

/** Bounds on the speed of change when nothing else is said; see {@link guardRulesFor}. */
export const defaultGuardRules: GuardRules = {
  /** @source Kubernetes' HPA without behavior: at most max(2 x current, 4) */
  upFactor: 2,
  upPods: 4,
  /** Half: a policy reaches 1 from 24 in five decisions, one wild decision leaves half of the service standing. */
  downShare: 0.5,
  /** As for replicas: the VPA sets no limit of its own, and a limit ten times too low would starve what serves now. */
  cpuUpFactor: 2,
  cpuDownShare: 0.5,
  staleAfterMs: 60_000,
};

/** The default rules on a clock that runs `timeScale` times faster. */
export function guardRulesFor(timing: { readonly timeScale: number }): GuardRules {
  return { ...defaultGuardRules, staleAfterMs: defaultGuardRules.staleAfterMs / timing.timeScale };
}
