import type { Topology } from "../../system/topology/topology.ts";
import { ratesAtPercent } from "./declared-rates.ts";
import { perServiceOf, ruleConfigOf, ruleOptions } from "./hpa-spec.ts";
import type { PerService } from "./hpa.ts";
import { type KedaFallback, kedaFallbackBehaviors } from "./keda-fallback.ts";
import { type KedaConfig, defaultKedaConfig } from "./keda.ts";
import { type AutoscalerSpec, type OptionKinds, wrong } from "./spec.ts";

export const kedaOptions: OptionKinds = {
  target: "number",
  rps: "numbers",
  activation: "number",
  drain: "number",
  poll: "number",
  cooldown: "number",
  fallback: "number",
  failures: "number",
  "fallback-behavior": kedaFallbackBehaviors,
  ...ruleOptions,
};

/** KEDA has no default threshold: per cent of what a replica can do by what the topology declares. */
export const defaultKedaTargetPercent = 70;

const defaultFailureThreshold = 3;

export function kedaConfigOf(spec: AutoscalerSpec, topology: Topology): KedaConfig {
  const { text, options } = spec;
  const drainS = options.get("drain");
  if (drainS === 0) throw wrong(text, "expected drain above 0 s, got 0", "write it like keda:drain=30");
  return {
    ...ruleConfigOf(spec),
    targetPerS: targetPerSOf(spec, topology),
    activationPerS: options.get("activation") ?? defaultKedaConfig.activationPerS,
    drainS,
    pollS: options.get("poll") ?? defaultKedaConfig.pollS,
    cooldownS: options.get("cooldown") ?? defaultKedaConfig.cooldownS,
    fallback: fallbackOf(spec),
  };
}

function targetPerSOf(spec: AutoscalerSpec, topology: Topology): PerService {
  const percent = spec.options.get("target");
  const rps = perServiceOf(spec, "rps", topology.services.length);
  if (percent !== undefined && rps !== undefined) {
    throw wrong(spec.text, "expected one of target and rps", "write keda:70, or keda:rps=80");
  }
  const targets = rps ?? ratesAtPercent(topology, percent ?? defaultKedaTargetPercent);
  if (typeof targets === "number" ? targets > 0 : targets.every((target) => target > 0)) return targets;
  throw wrong(spec.text, "expected a target above 0, got 0", "write keda:70, or keda:rps=80");
}

function fallbackOf({ text, options, words }: AutoscalerSpec): KedaFallback | undefined {
  const replicas = options.get("fallback");
  const word = words.get("fallback-behavior");
  if (replicas === undefined) {
    if (word === undefined && !options.has("failures")) return undefined;
    throw wrong(text, "has no fallback for its options to apply to", "write it like keda:fallback=6,failures=3");
  }
  if (!Number.isInteger(replicas)) {
    throw wrong(text, `expected a whole number of fallback replicas, got ${replicas}`, "write keda:fallback=6");
  }
  const behavior = kedaFallbackBehaviors.find((one) => one === word) ?? "static";
  return { replicas, failureThreshold: options.get("failures") ?? defaultFailureThreshold, behavior };
}
