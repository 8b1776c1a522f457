import { createRng } from "../../../core/rng.ts";
import type { Agents, AgentInfo, ParallelEnv } from "../parallel/parallel-env.ts";
import { drawActions } from "./episode.ts";
import type { Findings } from "./finding.ts";
import { difference, same } from "./same.ts";

/** The same seed gives the same game, at every step and in the next episode; another seed another one. */
export function checkDeterminism(create: () => ParallelEnv, seed: number, findings: Findings): void {
  const [one, other] = [create(), create()];
  playBoth(one, other, seed, findings);
  const next = difference(one.reset(), other.reset(), "reset");
  if (next !== undefined) findings.add("next-episode", `the episode after the seeded one differs: ${next}`);
  one.close();
  other.close();
  checkOtherSeed(create, seed, findings);
  checkAgain(create, seed, findings);
}

function playBoth(one: ParallelEnv, other: ParallelEnv, seed: number, findings: Findings): void {
  const first = one.reset(seed);
  const begun = difference(first, other.reset(seed), "reset");
  if (begun !== undefined) return findings.add("same-seed-reset", begun);
  const kept = structuredClone(first.observations);
  const rng = createRng(`actions ${seed}`);
  let infos: Agents<AgentInfo> = first.infos;
  for (let step = 1; one.agents.length > 0 && step <= one.metadata.maxSteps; step++) {
    const actions = drawActions(one, infos, rng);
    const [a, b] = [one.step(actions), other.step(structuredClone(actions))];
    const found = difference(a, b, `step ${step}`);
    if (found !== undefined) return findings.add("same-seed-step", found);
    const state = difference(one.state?.(), other.state?.(), `step ${step}, state`);
    if (state !== undefined) return findings.add("same-seed-state", state);
    ({ infos } = a);
  }
  if (!same(kept, first.observations)) findings.add("observation-kept", "the observations of the reset changed later");
}

/** An episode of each seed, in numbers; only the whole must differ. */
function checkOtherSeed(create: () => ParallelEnv, seed: number, findings: Findings): void {
  const one = trace(create, seed);
  if ([1, 2, 3].some((further) => !same(one, trace(create, seed + further)))) return;
  findings.add("other-seed", `seeds ${seed} to ${seed + 3} give the same episode`);
}

function trace(create: () => ParallelEnv, seed: number): unknown {
  const env = create();
  const rng = createRng("the same actions");
  let { infos, observations } = env.reset(seed);
  const seen: unknown[] = [structuredClone(observations)];
  for (let step = 0; env.agents.length > 0 && step < Math.min(50, env.metadata.maxSteps); step++) {
    const result = env.step(drawActions(env, infos, rng));
    ({ infos } = result);
    seen.push(structuredClone([result.observations, result.rewards]));
  }
  env.close();
  return seen;
}

/** A reset in the middle of an episode starts the same episode as a reset of a fresh game. */
function checkAgain(create: () => ParallelEnv, seed: number, findings: Findings): void {
  const [used, fresh] = [create(), create()];
  const { infos } = used.reset(seed + 1);
  used.step(drawActions(used, infos, createRng(1)));
  const found = difference(used.reset(seed), fresh.reset(seed, { unknownOption: 1 }), "reset");
  if (found !== undefined) findings.add("reset-again", found);
  const agents = difference([...used.agents], [...fresh.agents], "agents");
  if (agents !== undefined) findings.add("reset-again", agents);
  used.close();
  fresh.close();
}
