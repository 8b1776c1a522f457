import { createRng } from "../../../core/rng.ts";
import type { ParallelEnv, RenderMode } from "../parallel/parallel-env.ts";
import { typeName } from "../spaces/mismatch.ts";
import { drawActions } from "./episode.ts";
import type { Findings } from "./finding.ts";
import { isObject } from "./results.ts";
import { difference } from "./same.ts";

/** Every mode draws what it says, and drawing changes nothing. */
export function checkRendering(create: () => ParallelEnv, findings: Findings): void {
  const [seen, unseen] = [create(), create()];
  const { infos } = seen.reset(3);
  unseen.reset(3);
  for (const mode of seen.metadata.renderModes) checkMode(seen, mode, findings);
  const agents = difference([...seen.agents], [...unseen.agents], "agents after rendering");
  if (agents !== undefined) return findings.add("render-changes", agents);
  const actions = drawActions(seen, infos, createRng(2));
  const found = difference(seen.step(actions), unseen.step(structuredClone(actions)), "step after rendering");
  if (found !== undefined) findings.add("render-changes", found);
  seen.close();
  unseen.close();
}

function checkMode(env: ParallelEnv, mode: RenderMode, findings: Findings): void {
  const drawn = env.render(mode);
  if (isDrawn(mode, drawn)) return;
  findings.add("render-mode", `${mode}: got ${typeName(drawn)}`);
}

function isDrawn(mode: RenderMode, drawn: unknown): boolean {
  if (mode === "ansi") return typeof drawn === "string" && drawn !== "";
  if (mode === "human") return drawn === undefined;
  if (!isObject(drawn)) return false;
  const { width, height, pixels } = drawn;
  return pixels instanceof Uint8Array && pixels.length === Number(width) * Number(height) * 3 && pixels.length > 0;
}
