import type { Rng } from "../../../core/rng.ts";
import type { AgentInfo, Agents, ParallelEnv, ResetResult, StepResult } from "../parallel/parallel-env.ts";
import { typeName } from "../spaces/mismatch.ts";
import { sample } from "../spaces/sample.ts";
import type { SpaceValue } from "../spaces/space.ts";
import type { Findings } from "./finding.ts";
import { checkInfos, checkKeys, checkObservations, checkState, isObject, maskFault } from "./results.ts";

const results = ["observations", "rewards", "terminations", "truncations", "infos"] as const;

/** Random actions of everyone who acts, within their masks. */
export function drawActions(env: ParallelEnv, infos: Agents<AgentInfo>, rng: Rng): Record<string, SpaceValue> {
  const actions: Record<string, SpaceValue> = {};
  for (const agent of env.agents) {
    const space = env.actionSpace(agent);
    const mask = infos[agent]?.actionMask;
    actions[agent] = sample(space, rng, mask !== undefined && maskFault(space, mask) === undefined ? mask : undefined);
  }
  return actions;
}

/** A reset, and whether it is as it should be; undefined where nothing can be played from it. */
function checkReset(env: ParallelEnv, seed: number | undefined, findings: Findings): ResetResult | undefined {
  let result: unknown;
  try {
    result = env.reset(seed, { unknownOption: 1 });
  } catch (error) {
    findings.add("reset-options", `reset with a seed and an unknown option failed: ${String(error)}`);
    return undefined;
  }
  if (!isObject(result) || !isObject(result["observations"]) || !isObject(result["infos"])) {
    findings.add("reset-result", `reset returned ${JSON.stringify(Object.keys(isObject(result) ? result : {}))}`);
    return undefined;
  }
  const reset = result as ResetResult;
  checkAgents(env, "reset", findings);
  if (env.agents.length === 0) {
    findings.add("reset-agents", "nobody acts after a reset");
    return undefined;
  }
  for (const name of ["observations", "infos"] as const) checkKeys(reset[name], env.agents, name, "reset", findings);
  checkObservations(env, reset.observations, "reset", findings);
  checkInfos(env, reset.infos, reset.observations, "reset", findings);
  checkState(env, "reset", findings);
  return reset;
}

/** Plays one episode with random legal actions and looks at everything that comes back. */
export function checkEpisode(env: ParallelEnv, seed: number, rng: Rng, findings: Findings): void {
  const reset = checkReset(env, seed, findings);
  if (reset === undefined) return;
  const possible = env.possibleAgents.join();
  const gone = new Set<string>();
  let { infos } = reset;
  let isAllZero = isZero(reset.observations);
  const { maxSteps } = env.metadata;
  for (let step = 1; env.agents.length > 0; step++) {
    if (step > maxSteps) return findings.add("episode-ends", `still going on after ${maxSteps} steps`);
    const acted = [...env.agents];
    const result = env.step(drawActions(env, infos, rng));
    if (!checkStep(env, result, acted, `step ${step}`, findings)) return;
    checkLeaving(env, result, acted, gone, `step ${step}`, findings);
    if (step === 1 && maxSteps > 1 && Object.values(result.truncations).includes(true))
      findings.add("truncation-first-step", "the first step truncates the episode");
    if (env.possibleAgents.join() !== possible) findings.add("possible-agents-change", `step ${step}: they changed`);
    isAllZero &&= isZero(result.observations);
    ({ infos } = result);
  }
  if (isAllZero) findings.add("observation-constant", "every observation of an episode is zero");
}

function checkStep(
  env: ParallelEnv,
  result: StepResult,
  acted: readonly string[],
  where: string,
  findings: Findings,
): boolean {
  const lacks = results.filter((name) => !isObject(result) || !isObject(result[name]));
  if (lacks.length > 0) {
    findings.add("step-result", `${where}: ${lacks.join(", ")} is no object`);
    return false;
  }
  for (const name of results) checkKeys(result[name], acted, name, where, findings);
  checkObservations(env, result.observations, where, findings);
  checkInfos(env, result.infos, result.observations, where, findings);
  checkState(env, where, findings);
  for (const [agent, reward] of Object.entries(result.rewards)) {
    if (typeof reward !== "number" || !Number.isFinite(reward))
      findings.add("reward-number", `${where}, ${agent}: the reward is ${String(reward)}`);
  }
  for (const name of ["terminations", "truncations"] as const)
    for (const [agent, flag] of Object.entries(result[name]))
      if (typeof flag !== "boolean") findings.add("flag-boolean", `${where}, ${agent}: ${name} has ${typeName(flag)}`);
  checkAgents(env, where, findings);
  return true;
}

/** Agents leave exactly when they are finished, and for good. */
function checkLeaving(
  env: ParallelEnv,
  { terminations, truncations }: StepResult,
  acted: readonly string[],
  gone: Set<string>,
  where: string,
  findings: Findings,
): void {
  const finished = acted.filter((agent) => terminations[agent] === true || truncations[agent] === true);
  for (const agent of finished) gone.add(agent);
  for (const agent of env.agents) {
    if (finished.includes(agent)) findings.add("agents-leave", `${where}: ${agent} is finished and still acts`);
    else if (gone.has(agent)) findings.add("agents-return", `${where}: ${agent} was finished and acts again`);
  }
  const lost = acted.filter((agent) => !finished.includes(agent) && !env.agents.includes(agent));
  if (lost.length > 0) findings.add("agents-leave", `${where}: ${lost.join(", ")} left without being finished`);
}

function checkAgents(env: ParallelEnv, where: string, findings: Findings): void {
  const unknown = env.agents.filter((agent) => !env.possibleAgents.includes(agent));
  if (unknown.length > 0) findings.add("agents-unknown", `${where}: ${unknown.join(", ")} is no possible agent`);
  if (new Set(env.agents).size < env.agents.length) findings.add("agents-twice", `${where}: ${env.agents.join(", ")}`);
}

function isZero(value: unknown): boolean {
  if (typeof value === "number") return value === 0;
  if (ArrayBuffer.isView(value)) return (value as Float32Array).every((one) => one === 0);
  return typeof value === "object" && value !== null && Object.values(value).every(isZero);
}
