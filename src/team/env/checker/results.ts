import type { AgentInfo, Agents, ParallelEnv } from "../parallel/parallel-env.ts";
import { mismatch, typeName } from "../spaces/mismatch.ts";
import { sample } from "../spaces/sample.ts";
import type { Space, SpaceMask, SpaceValue } from "../spaces/space.ts";
import { createRng } from "../../../core/rng.ts";
import type { Findings } from "./finding.ts";

/** True for a plain object, which results by agent must be. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Every expected agent has an entry, nobody else has. @param where  `step 3` or `reset` */
export function checkKeys(
  result: Agents<unknown>,
  expected: readonly string[],
  name: string,
  where: string,
  findings: Findings,
): void {
  const missing = expected.filter((agent) => !Object.hasOwn(result, agent));
  const ghosts = Object.keys(result).filter((agent) => !expected.includes(agent));
  if (missing.length > 0) findings.add("keys-missing", `${where}: ${name} lacks ${missing.join(", ")}`);
  if (ghosts.length > 0) findings.add("keys-ghost", `${where}: ${name} has ${ghosts.join(", ")}, who did not act`);
}

export function checkObservations(
  env: ParallelEnv,
  observations: Agents<SpaceValue>,
  where: string,
  findings: Findings,
): void {
  for (const [agent, observation] of Object.entries(observations)) {
    if (!env.possibleAgents.includes(agent)) continue;
    const found = mismatch(env.observationSpace(agent), observation, "observation");
    if (found !== undefined) findings.add("observation-space", `${where}, ${agent}: ${found}`);
  }
}

/** Infos, and the masks in them. */
export function checkInfos(
  env: ParallelEnv,
  infos: Agents<AgentInfo>,
  observations: Agents<SpaceValue>,
  where: string,
  findings: Findings,
): void {
  for (const [agent, info] of Object.entries(infos)) {
    if (!isObject(info)) {
      findings.add("info-object", `${where}, ${agent}: the info is ${typeName(info)}`);
      continue;
    }
    const lacking = env.metadata.signals?.find((name) => !Number.isFinite(info[name]));
    if (lacking !== undefined)
      findings.add("info-signal", `${where}, ${agent}: ${lacking} is ${String(info[lacking])}`);
    const mask = info.actionMask;
    if (mask === undefined || !env.agents.includes(agent)) continue;
    checkMask(env.actionSpace(agent), mask, `${where}, ${agent}`, findings);
    const seen = isObject(observations[agent]) ? observations[agent]["actionMask"] : undefined;
    if (seen !== undefined && JSON.stringify(seen) !== JSON.stringify(mask))
      findings.add("mask-in-observation", `${where}, ${agent}: observation and info hold different masks`);
  }
}

function checkMask(space: Space, mask: SpaceMask, where: string, findings: Findings): void {
  const fault = maskFault(space, mask);
  if (fault !== undefined) findings.add("mask-shape", `${where}: ${fault}`);
  else if (flatMasks(mask).some((part) => !part.includes(1)))
    findings.add("mask-empty", `${where}: the mask allows nothing`);
}

/** Why a mask does not fit a space; undefined when it does. */
export function maskFault(space: Space, mask: SpaceMask): string | undefined {
  try {
    sample(space, createRng(0), mask);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function flatMasks(mask: SpaceMask): readonly Uint8Array[] {
  if (mask instanceof Uint8Array) return [mask];
  return Object.values(mask).flatMap((part: SpaceMask) => flatMasks(part));
}

/** State, where there is one. */
export function checkState(env: ParallelEnv, where: string, findings: Findings): void {
  if (env.state === undefined || env.stateSpace === undefined) return;
  const found = mismatch(env.stateSpace, env.state(), "state");
  if (found !== undefined) findings.add("state-space", `${where}: ${found}`);
}
