import type { Rng } from "../../../core/rng.ts";
import type { ParallelEnv } from "../parallel/parallel-env.ts";
import type { Space, SpaceValue } from "../spaces/space.ts";
import { drawActions } from "./episode.ts";
import { fails, type Findings } from "./finding.ts";
import { same, text } from "./same.ts";

/** Used wrongly, a game fails at once instead of going on with nonsense. Each part takes a fresh game. */
export function checkMisuse(create: () => ParallelEnv, rng: Rng, findings: Findings): void {
  const fresh = create();
  if (!fails(() => fresh.step({}))) findings.add("step-before-reset", "a step before the first reset was taken");
  if (!fails(() => fresh.observationSpace("nobody here")) || !fails(() => fresh.actionSpace("nobody here")))
    findings.add("unknown-agent", "an unknown agent has a space");
  fresh.close();
  checkActions(create, rng, findings);
  checkEnd(create, rng, findings);
}

function checkActions(create: () => ParallelEnv, rng: Rng, findings: Findings): void {
  refused({}, "action-missing", "a step without any action was taken");
  const env = create();
  env.reset(7);
  const [agent = ""] = env.agents;
  const outside = outsideOf(env.actionSpace(agent));
  env.close();
  refused(undefined, "action-ghost", "an action of nobody was taken", { "nobody here": 0 });
  refused(undefined, "action-outside", `${agent}: the action ${text(outside)} was taken`, { [agent]: outside });
  function refused(
    actions: Record<string, SpaceValue> | undefined,
    check: "action-missing" | "action-ghost" | "action-outside",
    message: string,
    extra: Record<string, SpaceValue> = {},
  ): void {
    const game = create();
    const { infos } = game.reset(7);
    const sent = { ...(actions ?? drawActions(game, infos, rng)), ...extra };
    if (!fails(() => game.step(sent))) findings.add(check, message);
    game.close();
  }
}

function checkEnd(create: () => ParallelEnv, rng: Rng, findings: Findings): void {
  const env = create();
  let { infos } = env.reset(7);
  for (let step = 0; env.agents.length > 0 && step < env.metadata.maxSteps; step++) {
    const actions = drawActions(env, infos, rng);
    const before = structuredClone(actions);
    ({ infos } = env.step(actions));
    if (!same(actions, before)) findings.add("action-kept", `step ${step + 1}: the caller's actions were changed`);
  }
  if (env.agents.length === 0 && !fails(() => env.step({}))) findings.add("step-after-end", "a step was taken");
  if (fails(() => env.close()) || fails(() => env.close())) findings.add("close-twice", "closing failed");
}

/** No member of the space. */
function outsideOf(space: Space): SpaceValue {
  switch (space.kind) {
    case "discrete":
      return space.start + space.n;
    case "box":
      return new Float32Array(space.low.length).fill(Number.NaN);
    case "multi-discrete":
      return Int32Array.from(space.nvec);
    case "multi-binary":
      return new Uint8Array(space.n).fill(2);
    case "tuple":
      return [];
    case "dict":
      return {};
  }
}
