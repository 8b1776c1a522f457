import { type BehaviorConfig, type PolicyConfig, defaultBehaviorConfig } from "./hpa-behavior.ts";
import type { HpaTolerance } from "./hpa-rule.ts";
import { type HpaConfig, type PerService, defaultHpaConfig } from "./hpa.ts";
import { type AutoscalerSpec, type OptionKinds, wrong } from "./spec.ts";

const selections = ["max", "min", "disabled"] as const;

/** Options of the rule that the HPA and KEDA share. */
export const ruleOptions: OptionKinds = {
  tolerance: "number",
  "up-tolerance": "number",
  "down-tolerance": "number",
  up: "number",
  down: "number",
  "up-pods": "number",
  "up-percent": "number",
  "up-select": selections,
  "down-pods": "number",
  "down-percent": "number",
  "down-select": selections,
  period: "number",
};

export const hpaOptions: OptionKinds = {
  target: "numbers",
  rps: "numbers",
  min: "numbers",
  max: "numbers",
  ...ruleOptions,
};

/** @param services  how many there are, for targets that are given one by one */
export function hpaConfigOf(spec: AutoscalerSpec, services: number): HpaConfig {
  const percent = perServiceOf(spec, "target", services);
  const targetPerS = perServiceOf(spec, "rps", services);
  const targetPercent = percent ?? (targetPerS === undefined ? defaultHpaConfig.targetPercent : undefined);
  if (lowest(targetPercent) < 1) {
    throw wrong(spec.text, `expected target in per cent, got ${lowest(targetPercent)}`, "write hpa:60");
  }
  if (lowest(targetPerS) <= 0) throw wrong(spec.text, "expected rps above 0, got 0", "write hpa:rps=80");
  const minReplicas = perServiceOf(spec, "min", services);
  const maxReplicas = perServiceOf(spec, "max", services);
  for (const bound of [minReplicas, maxReplicas].flat()) {
    if (bound === undefined || (Number.isInteger(bound) && bound >= 1)) continue;
    throw wrong(spec.text, `expected min and max to be whole numbers above 0, got ${bound}`, "write hpa:60,min=2");
  }
  return { targetPercent, targetPerS, minReplicas, maxReplicas, ...ruleConfigOf(spec) };
}

export type RuleConfig = Pick<HpaConfig, "tolerance" | "upWindowS" | "downWindowS"> & {
  readonly behavior: BehaviorConfig;
};

export function ruleConfigOf(spec: AutoscalerSpec): RuleConfig {
  return {
    tolerance: toleranceOf(spec),
    upWindowS: spec.options.get("up") ?? defaultHpaConfig.upWindowS,
    downWindowS: spec.options.get("down") ?? defaultHpaConfig.downWindowS,
    behavior: { up: policiesOf(spec, "up"), down: policiesOf(spec, "down") },
  };
}

function toleranceOf({ text, options }: AutoscalerSpec): HpaTolerance {
  const both = options.get("tolerance");
  const up = options.get("up-tolerance") ?? both ?? defaultHpaConfig.tolerance.up;
  const down = options.get("down-tolerance") ?? both ?? defaultHpaConfig.tolerance.down;
  const largest = Math.max(up, down);
  if (largest >= 1) throw wrong(text, `expected tolerance in [0, 1), got ${largest}`, "Kubernetes' is 0.1");
  return { up, down };
}

/** Where any policy of a direction is given, those given are all there are, as in a manifest. */
function policiesOf({ text, options, words }: AutoscalerSpec, direction: "up" | "down"): PolicyConfig {
  const pods = options.get(`${direction}-pods`);
  const percent = options.get(`${direction}-percent`);
  if (pods === 0 || percent === 0) {
    const key = `${direction}-${pods === 0 ? "pods" : "percent"}`;
    throw wrong(text, `expected ${key} above 0, got 0`, `to allow no change at all write ${direction}-select=disabled`);
  }
  const periodS = options.get("period") ?? defaultBehaviorConfig[direction].periodS;
  if (periodS === 0) throw wrong(text, "expected period above 0 s, got 0", "Kubernetes' is period=15");
  const { pods: defaultPods, percent: defaultPercent } = defaultBehaviorConfig[direction];
  const isGiven = pods !== undefined || percent !== undefined;
  return {
    pods: isGiven ? pods : defaultPods,
    percent: isGiven ? percent : defaultPercent,
    select: selectOf(words.get(`${direction}-select`)),
    periodS,
  };
}

function selectOf(word: string | undefined): PolicyConfig["select"] {
  if (word === "disabled") return "Disabled";
  return word === "min" ? "Min" : "Max";
}

/** A list of one value counts for all services; undefined when the option is not there. */
export function perServiceOf({ text, lists }: AutoscalerSpec, key: string, services: number): PerService | undefined {
  const list = lists.get(key);
  if (list === undefined) return undefined;
  if (list.length === 1) return list[0]!;
  if (list.length === services) return list;
  throw wrong(text, `expected ${key} for 1 or ${services} services, got ${list.length}`, `write ${key}=60 for all`);
}

function lowest(target: PerService | undefined): number {
  if (target === undefined) return Number.POSITIVE_INFINITY;
  return typeof target === "number" ? target : Math.min(...target);
}
