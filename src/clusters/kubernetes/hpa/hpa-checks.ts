import type { PolicyConfig } from "../../../control/autoscalers/hpa-behavior.ts";
import { defaultBehaviorConfig } from "../../../control/autoscalers/hpa-behavior.ts";
import type { HpaConfig } from "../../../control/autoscalers/hpa.ts";
import { KarmaError, type Problem } from "../../../core/errors.ts";

/** What our rule can do and an object of autoscaling/v2 cannot say, all at once. */
export function checkForKubernetes(config: HpaConfig): void {
  const { up, down } = config.behavior ?? defaultBehaviorConfig;
  const problems = [
    ...windowProblems("up", config.upWindowS),
    ...windowProblems("down", config.downWindowS),
    ...policyProblems("up", up),
    ...policyProblems("down", down),
    ...toleranceProblems("up-tolerance", config.tolerance.up),
    ...toleranceProblems("down-tolerance", config.tolerance.down),
  ];
  if (problems.length === 0) return;
  const message = `Kubernetes cannot be told this autoscaler: ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}`;
  throw new KarmaError("USAGE", message, "hpa, karma's own, takes these values", { problems });
}

function windowProblems(path: string, windowS: number): readonly Problem[] {
  return within(path, windowS, 0, 3_600, "seconds");
}

function policyProblems(direction: "up" | "down", { pods, percent, periodS }: PolicyConfig): readonly Problem[] {
  const most = 2 ** 31 - 1;
  return [
    ...(pods === undefined ? [] : within(`${direction}-pods`, pods, 1, most, "pods")),
    ...(percent === undefined ? [] : within(`${direction}-percent`, percent, 1, most, "per cent")),
    ...within("period", periodS, 1, 1_800, "seconds"),
  ];
}

/** Kubernetes takes any amount; it is written in thousandths. */
function toleranceProblems(path: string, tolerance: number): readonly Problem[] {
  if (Math.abs(tolerance * 1_000 - Math.round(tolerance * 1_000)) < 1e-9) return [];
  return [{ path, message: `expected whole thousandths, got ${tolerance}` }];
}

function within(path: string, value: number, least: number, most: number, unit: string): readonly Problem[] {
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  return [{ path, message: `expected a whole number of ${unit} from ${least} to ${most}, got ${value}` }];
}
