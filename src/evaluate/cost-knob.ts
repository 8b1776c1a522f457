import { defaultFixedConfig } from "../control/autoscalers/fixed.ts";
import { defaultHpaConfig } from "../control/autoscalers/hpa.ts";
import { defaultKedaTargetPercent } from "../control/autoscalers/keda-spec.ts";
import { defaultNeedSizerConfig } from "../control/autoscalers/need-sizer.ts";
import { defaultOracleConfig } from "../control/autoscalers/oracle.ts";
import { type SpecPieces, putTogether, takeApart } from "../control/autoscalers/spec.ts";
import { defaultVpaConfig } from "../control/autoscalers/vpa.ts";

/** What turns an autoscaler's cost up and down: a setting of its own, all others kept. */
export type CostKnob = {
  /** Where the knob stands in the spec as given, > 0. */
  readonly own: number;
  /** The spec with the knob turned; more knob, more pods. */
  specAt(knob: number): string;
};

/** Undefined for an autoscaler that has no such setting: `random`, a team, `fixed:3`. */
export function costKnobOf(spec: string): CostKnob | undefined {
  const family = spec.split(":", 1)[0]!;
  switch (family) {
    case "hpa":
      return targetKnob(takeApart(spec, "target"), Number(defaultHpaConfig.targetPercent));
    case "keda":
      return targetKnob(takeApart(spec, "target"), defaultKedaTargetPercent);
    case "feed-forward":
    case "local":
      return factorKnob(takeApart(spec, "multiplier"), "multiplier", defaultNeedSizerConfig.multiplier);
    case "oracle":
      return factorKnob(takeApart(spec, "horizon"), "multiplier", defaultOracleConfig.multiplier);
    case "vpa":
      return marginKnob(takeApart(spec, "percentile"));
    case "fixed":
      return fixedKnob(takeApart(spec, "replicas"));
    default:
      return undefined;
  }
}

const targetKeys: ReadonlySet<string> = new Set(["target", "rps"]);

/** Per cent; the HPA takes no lower target. */
const lowestTarget = 1;

/** Sizes follow 1 / target, so that all targets are divided by the knob: 1 is the spec as given. */
function targetKnob({ name, pieces }: SpecPieces, defaultTarget: number): CostKnob {
  const isGiven = pieces.some(([key]) => targetKeys.has(key));
  const all = isGiven ? pieces : [...pieces, ["target", String(defaultTarget)] as const];
  return {
    own: 1,
    specAt: (knob) =>
      putTogether({
        name,
        pieces: all.map(([key, value]) => [key, dividedTargets(key, value, knob)]),
      }),
  };
}

/** Options that are no target stay as they are. */
function dividedTargets(key: string, value: string, knob: number): string {
  if (!targetKeys.has(key)) return value;
  const floor = key === "target" ? lowestTarget : 0;
  const targets = value.split("/").map((target) => Math.max(floor, Number(target) / knob));
  return targets.join("/");
}

/** The knob is the value of an option that sizes are proportional to. */
function factorKnob({ name, pieces }: SpecPieces, factor: string, defaultFactor: number): CostKnob {
  const given = pieces.findLast(([key]) => key === factor);
  const others = pieces.filter(([key]) => key !== factor);
  return {
    own: Number(given?.[1]) || defaultFactor,
    specAt: (knob) => putTogether({ name, pieces: [[factor, String(knob)], ...others] }),
  };
}

/** Limits follow 1 + margin, so that this is multiplied: 1 is the spec as given. No margin at all is the least. */
function marginKnob({ name, pieces }: SpecPieces): CostKnob {
  const given = pieces.findLast(([key]) => key === "margin");
  const others = pieces.filter(([key]) => key !== "margin");
  const margin = given === undefined ? defaultVpaConfig.recommender.marginShare : Number(given[1]);
  const marginAt = (knob: number): number => Number(Math.max(0, (1 + margin) * knob - 1).toFixed(6));
  return {
    own: 1,
    specAt: (knob) => putTogether({ name, pieces: [["margin", String(marginAt(knob))], ...others] }),
  };
}

function fixedKnob(spec: SpecPieces): CostKnob | undefined {
  if (spec.pieces.some(([key]) => key === "replicas")) return undefined;
  if (spec.pieces.some(([key]) => key === "min")) return factorKnob(spec, "min", 1);
  return factorKnob(spec, "mean", defaultFixedConfig.kind === "mean" ? defaultFixedConfig.times : 1);
}
