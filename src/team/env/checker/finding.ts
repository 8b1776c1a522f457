/** One way in which an environment breaks the contract. */
export type Finding = {
  readonly check: CheckName;
  /** An error breaks learners; a warning surprises people. */
  readonly level: "error" | "warning";
  /** Where and what, as a sentence: `step 3, agent_1: …`. */
  readonly message: string;
};

/** Every check by name, with what it demands. docs/environment.md says from which public check each comes. */
export const checks = {
  "metadata-id": "the id is a name and a version, `name/1` or `space/name-v1`",
  "metadata-steps": "`maxSteps` is a whole number of at least 1",
  "metadata-render-modes": "render modes are known and differ",
  "possible-agents": "there are possible agents, with different names",
  "agent-names": "agents have non-empty names of letters, digits, - and _",
  "space-identity": "a space is the same object at every call",
  "space-bounds": "a box has low <= high, of the length its shape says",
  "space-unbounded-action": "an action box has finite bounds",
  "space-flat": "no number of a box has low = high",
  "unknown-agent": "asking for the space of an unknown agent fails",
  "step-before-reset": "a step before the first reset fails",
  "agents-before-reset": "nobody acts before the first reset",
  "reset-result": "reset returns observations and infos as objects",
  "reset-options": "reset takes a seed and any options",
  "reset-agents": "somebody acts after a reset",
  "reset-again": "a reset in the middle of an episode starts a new one",
  "step-result": "step returns five objects",
  "keys-missing": "every agent that acted has an entry in each result",
  "keys-ghost": "nobody else has one",
  "agents-unknown": "who acts is a possible agent",
  "agents-twice": "nobody acts twice",
  "agents-leave": "who is finished is gone from `agents`, who is not stays",
  "agents-return": "who is gone does not come back",
  "possible-agents-change": "the possible agents never change",
  "observation-space": "an observation is in its space: type, length, bounds, no NaN",
  "observation-kept": "an observation that was returned does not change later",
  "observation-constant": "observations are not all zero for a whole episode",
  "reward-number": "a reward is a finite number",
  "flag-boolean": "terminations and truncations are booleans",
  "info-object": "an info is an object",
  "info-signal": "every signal of the metadata is a finite number in every info",
  "mask-shape": "a mask fits the action space and holds zeros and ones",
  "mask-empty": "a mask allows something",
  "mask-in-observation": "a mask in an observation is the one in the info",
  "episode-ends": "every episode ends within `maxSteps`",
  "truncation-first-step": "no episode is truncated after one step, unless one is all there is",
  "step-after-end": "a step after the end fails",
  "action-missing": "a step without somebody's action fails",
  "action-ghost": "a step with an action of somebody who does not act fails",
  "action-outside": "an action outside its space fails",
  "action-kept": "the caller's actions are not changed",
  "state-space": "the state is in the state space",
  "state-declared": "`state` and `stateSpace` come together",
  "same-seed-reset": "the same seed gives the same first observations and infos",
  "same-seed-step": "the same seed and actions give the same results, at every step",
  "same-seed-state": "the same seed and actions give the same state, at every step",
  "next-episode": "episodes without a seed follow from the last seed",
  "other-seed": "another seed gives another episode",
  "render-mode": "each mode renders what it says: text, nothing, or pixels",
  "render-changes": "rendering changes nothing",
  "close-twice": "closing again is harmless",
  "legal-call-fails": "what may be called does not fail",
} as const;
export type CheckName = keyof typeof checks;

const warnings: ReadonlySet<CheckName> = new Set([
  "agent-names",
  "space-flat",
  "observation-constant",
  "other-seed",
  "truncation-first-step",
]);

/** Collects findings, the first of each check: the rest are its echo. */
export type Findings = { add(check: CheckName, message: string): void; readonly all: readonly Finding[] };

export function createFindings(): Findings {
  const found = new Map<CheckName, Finding>();
  return {
    add(check, message) {
      if (!found.has(check)) found.set(check, { check, level: warnings.has(check) ? "warning" : "error", message });
    },
    get all() {
      return [...found.values()];
    },
  };
}

/** Runs a part of the checks; a failure of the environment in it is a finding, not the end of the checker. */
export function during(part: string, findings: Findings, run: () => void): void {
  try {
    run();
  } catch (error) {
    findings.add("legal-call-fails", `${part}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** True when the action throws, as it should. */
export function fails(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    return error instanceof Error;
  }
}
