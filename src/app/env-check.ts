import { KarmaError } from "../core/errors.ts";
import { checkParallelEnv } from "../team/env/checker/check-parallel-env.ts";
import { checks, type Finding } from "../team/env/checker/finding.ts";
import { type EnvRequest, gameMaker } from "./env-game.ts";
import type { Host } from "./host.ts";

export type EnvCheck = {
  readonly id: string;
  readonly agents: readonly string[];
  readonly checks: number;
  readonly findings: readonly Finding[];
};

/** Plays a game as somebody else's learner would. @throws KarmaError where it breaks its contract */
export async function checkEnv(request: EnvRequest, host: Host): Promise<EnvCheck> {
  const create = gameMaker(request);
  const { metadata, possibleAgents } = create(0);
  const findings = await host.progress.step(`check ${metadata.id}`, async () => checkParallelEnv(() => create(0)));
  if (findings.some(({ level }) => level === "error")) {
    const problems = findings.map(({ check, message }) => ({ path: check, message }));
    throw new KarmaError("TOOL_FAILED", `${metadata.id} breaks its contract`, "docs/environment.md has each check", {
      problems,
    });
  }
  return { id: metadata.id, agents: possibleAgents, checks: Object.keys(checks).length, findings };
}
