import type { FixedConfig } from "./fixed.ts";
import { perServiceOf } from "./hpa-spec.ts";
import { type AutoscalerSpec, type OptionKinds, wrong } from "./spec.ts";
import type { RecommenderConfig } from "./vpa-recommend.ts";
import type { UpdaterConfig } from "./vpa-updater.ts";
import { type VpaConfig, defaultVpaConfig } from "./vpa.ts";

export const vpaOptions: OptionKinds = {
  percentile: "number",
  lower: "number",
  upper: "number",
  margin: "number",
  min: "numbers",
  max: "numbers",
  "half-life": "number",
  change: "number",
  age: "number",
  "min-replicas": "number",
  tolerance: "number",
  period: "number",
  replicas: "number",
  mean: "number",
};

/** @param services  how many there are, for bounds that are given one by one */
export function vpaConfigOf(spec: AutoscalerSpec, services: number): VpaConfig {
  const minMilli = perServiceOf(spec, "min", services);
  const maxMilli = perServiceOf(spec, "max", services);
  for (const bound of [minMilli, maxMilli].flat()) {
    if (bound === undefined || (Number.isInteger(bound) && bound >= 1)) continue;
    throw wrong(spec.text, `expected min and max in whole millicores above 0, got ${bound}`, "write vpa:min=100");
  }
  return {
    recommender: recommenderOf(spec),
    updater: updaterOf(spec),
    halfLifeMs: positiveMs(spec, "half-life") ?? defaultVpaConfig.halfLifeMs,
    everyMs: positiveMs(spec, "period") ?? defaultVpaConfig.everyMs,
    minMilli,
    maxMilli,
    replicas: replicasOf(spec),
  };
}

function recommenderOf({ text, options }: AutoscalerSpec): RecommenderConfig {
  const { percentiles, marginShare } = defaultVpaConfig.recommender;
  const percentOf = (key: string, share: number): number => options.get(key) ?? share * 100;
  const target = percentOf("percentile", percentiles.target);
  const lower = options.get("lower") ?? Math.min(target, percentOf("lower", percentiles.lower));
  const upper = options.get("upper") ?? Math.max(target, percentOf("upper", percentiles.upper));
  if (!(lower <= target && target <= upper && upper <= 100)) {
    const found = `lower ${lower}, percentile ${target}, upper ${upper}`;
    throw wrong(text, `expected lower <= percentile <= upper <= 100, got ${found}`, "Kubernetes' are 50, 90 and 95");
  }
  return {
    percentiles: { target: target / 100, lower: lower / 100, upper: upper / 100 },
    marginShare: options.get("margin") ?? marginShare,
  };
}

function updaterOf({ text, options }: AutoscalerSpec): UpdaterConfig {
  const { leastChange, leastAgeMs, leastReplicas, tolerance } = defaultVpaConfig.updater;
  const share = options.get("tolerance") ?? tolerance;
  if (share > 1) throw wrong(text, `expected tolerance in [0, 1], got ${share}`, "Kubernetes' is 0.5");
  const ageS = options.get("age");
  return {
    leastChange: options.get("change") ?? leastChange,
    leastAgeMs: ageS === undefined ? leastAgeMs : ageS * 1_000,
    leastReplicas: options.get("min-replicas") ?? leastReplicas,
    tolerance: share,
  };
}

function positiveMs({ text, options }: AutoscalerSpec, key: string): number | undefined {
  const seconds = options.get(key);
  if (seconds === 0) throw wrong(text, `expected ${key} above 0 s, got 0`, `write it like vpa:${key}=600`);
  return seconds === undefined ? undefined : seconds * 1_000;
}

function replicasOf({ text, options }: AutoscalerSpec): FixedConfig | undefined {
  const replicas = options.get("replicas");
  const times = options.get("mean");
  if (replicas !== undefined && times !== undefined) {
    throw wrong(text, "expected one of replicas and mean", "write vpa:replicas=4");
  }
  if (replicas !== undefined && !Number.isInteger(replicas)) {
    throw wrong(text, `expected a whole number of replicas, got ${replicas}`, "write vpa:replicas=4, or vpa:mean=1.5");
  }
  if (replicas !== undefined) return { kind: "replicas", replicas };
  return times === undefined ? undefined : { kind: "mean", times };
}
