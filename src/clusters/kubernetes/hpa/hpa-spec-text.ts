import { type OptionKinds, parseAutoscalerSpec } from "../../../control/autoscalers/spec.ts";
import { hpaConfigOf, hpaOptions } from "../../../control/autoscalers/hpa-spec.ts";
import type { HpaConfig } from "../../../control/autoscalers/hpa.ts";

const options: OptionKinds = hpaOptions;

/** True for `kubernetes-hpa` with any options. */
export function isKubernetesHpa(spec: string): boolean {
  return spec.split(":", 1)[0] === "kubernetes-hpa";
}

/**
 * `kubernetes-hpa:60,down=120`: options, defaults and meaning are those of `hpa`.
 *
 * @param services  how many there are, for targets that are given one by one
 */
export function kubernetesHpaConfig(spec: string, services: number): HpaConfig {
  return hpaConfigOf(parseAutoscalerSpec(spec, "target", options), services);
}
