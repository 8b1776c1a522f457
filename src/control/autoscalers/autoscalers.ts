import { KarmaError } from "../../core/errors.ts";
import { didYouMean } from "../../system/topology/nearest.ts";
import type { Autoscaler } from "../loop/autoscaler.ts";
import type { AutoscalerContext } from "./context.ts";
import { createFeedForward, defaultFeedForwardConfig } from "./feed-forward.ts";
import { type FixedConfig, createFixed, defaultFixedConfig } from "./fixed.ts";
import { createHpa, defaultHpaConfig } from "./hpa.ts";
import { type AutoscalerSpec, parseAutoscalerSpec, wrong } from "./spec.ts";

type Kind = {
  /** The option that a bare number stands for. */
  readonly bare: string;
  readonly options: readonly string[];
  create(spec: AutoscalerSpec, context: AutoscalerContext): Autoscaler;
};

const kinds: Readonly<Record<string, Kind>> = {
  hpa: {
    bare: "target",
    options: ["target", "tolerance", "up", "down"],
    create: ({ text, options }, context) => {
      const targetPercent = options.get("target") ?? 60;
      if (targetPercent < 1) throw wrong(text, `expected target in per cent, got ${targetPercent}`, "write hpa:60");
      const tolerance = options.get("tolerance") ?? 0.1;
      if (tolerance >= 1) throw wrong(text, `expected tolerance in [0, 1), got ${tolerance}`, "Kubernetes' is 0.1");
      const upWindowS = options.get("up") ?? defaultHpaConfig.upWindowS;
      const downWindowS = options.get("down") ?? defaultHpaConfig.downWindowS;
      return createHpa(
        { targetPercent, tolerance: { up: tolerance, down: tolerance }, upWindowS, downWindowS },
        context,
      );
    },
  },
  "feed-forward": {
    bare: "multiplier",
    options: ["multiplier", "holt", "down"],
    create: ({ options }, context) =>
      createFeedForward(
        {
          multiplier: options.get("multiplier") ?? defaultFeedForwardConfig.multiplier,
          downWindowS: options.get("down") ?? defaultFeedForwardConfig.downWindowS,
          holtS: options.get("holt") ?? defaultFeedForwardConfig.holtS,
        },
        context,
      ),
  },
  fixed: {
    bare: "replicas",
    options: ["replicas", "min", "mean"],
    create: (spec, context) => createFixed(fixedConfigOf(spec), context),
  },
};

/** Names that {@link createAutoscaler} knows. */
const autoscalerNames: readonly string[] = Object.keys(kinds);

/**
 * An autoscaler from its spec on a command line: `hpa`, `hpa:60`, `hpa:target=60,down=120`, `feed-forward:1.25,holt=60`,
 * `fixed:3`.
 */
export function createAutoscaler(text: string, context: AutoscalerContext): Autoscaler {
  const name = text.split(":", 1)[0]!;
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) {
    throw new KarmaError(
      "USAGE",
      `unknown autoscaler "${name}"${didYouMean(name, autoscalerNames)}`,
      `known autoscalers: ${autoscalerNames.join(", ")}`,
    );
  }
  return kind.create(parseAutoscalerSpec(text, kind.bare, kind.options), context);
}

function fixedConfigOf({ text, options }: AutoscalerSpec): FixedConfig {
  if (options.size > 1) throw wrong(text, "expected one of replicas, min and mean", "write it like fixed:3");
  const replicas = options.get("replicas");
  const minimum = options.get("min");
  const mean = options.get("mean");
  if (replicas !== undefined) {
    if (Number.isInteger(replicas)) return { kind: "replicas", replicas };
    throw wrong(text, `expected a whole number of replicas, got ${replicas}`, "write fixed:3, or fixed:mean=1.5");
  }
  if (minimum !== undefined) return { kind: "minimum", times: minimum };
  return mean === undefined ? defaultFixedConfig : { kind: "mean", times: mean };
}
