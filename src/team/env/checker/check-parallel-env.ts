import { createRng } from "../../../core/rng.ts";
import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { checkDeterminism } from "./determinism.ts";
import { checkEpisode } from "./episode.ts";
import { type CheckName, createFindings, during, type Finding, type Findings } from "./finding.ts";
import { checkMisuse } from "./misuse.ts";
import { checkRendering } from "./rendering.ts";
import { checkStructure } from "./structure.ts";

export type CheckOptions = {
  /** Seeds whose episodes are played; [1, 2, 3] when left out. */
  readonly seeds?: readonly number[];
};

/**
 * Plays an environment and lists every way in which it breaks the contract of {@link ParallelEnv}; none for a good one.
 *
 * @param create  a fresh environment at each call, not reset yet
 * @source PettingZoo's parallel_api_test, parallel_seed_test, state_test, render_test and max_cycles_test, Gymnasium's
 *         env_checker; docs/environment.md lists check by check what is taken over and what they miss
 */
export function checkParallelEnv(create: () => ParallelEnv, options: CheckOptions = {}): readonly Finding[] {
  const findings = createFindings();
  const { seeds = [1, 2, 3] } = options;
  during("before the first reset", findings, () => checkStructure(create(), findings));
  if (has(findings, ["possible-agents", "metadata-steps"])) return findings.all;
  for (const seed of seeds) {
    const rng = createRng(`actions ${seed}`);
    during(`episode of seed ${seed}`, findings, () => checkEpisode(create(), seed, rng, findings));
  }
  if (has(findings, ["reset-options", "reset-result", "reset-agents", "step-result"])) return findings.all;
  during("two games of one seed", findings, () => checkDeterminism(create, seeds[0] ?? 1, findings));
  during("wrong calls", findings, () => checkMisuse(create, createRng("misuse"), findings));
  during("rendering", findings, () => checkRendering(create, findings));
  return findings.all;
}

/** After some findings nothing further can be played. */
function has({ all }: Findings, fatal: readonly CheckName[]): boolean {
  return all.some(({ check }) => fatal.includes(check));
}
