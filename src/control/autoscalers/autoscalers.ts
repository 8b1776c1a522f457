import { KarmaError } from "../../core/errors.ts";
import { didYouMean } from "../../system/topology/nearest.ts";
import type { Autoscaler } from "../loop/autoscaler.ts";
import type { AutoscalerContext } from "./context.ts";
import { createFeedForward } from "./feed-forward.ts";
import { type FixedConfig, createFixed, defaultFixedConfig } from "./fixed.ts";
import { hpaConfigOf, hpaOptions } from "./hpa-spec.ts";
import { createHpa } from "./hpa.ts";
import { kedaConfigOf, kedaOptions } from "./keda-spec.ts";
import { createKeda } from "./keda.ts";
import { createLocal } from "./local.ts";
import { type NeedSizerConfig, defaultNeedSizerConfig } from "./need-sizer.ts";
import { createOracle, defaultOracleConfig } from "./oracle.ts";
import { createRandom, defaultRandomConfig } from "./random.ts";
import { type AutoscalerSpec, type OptionKinds, parseAutoscalerSpec, wrong } from "./spec.ts";
import { vpaConfigOf, vpaOptions } from "./vpa-spec.ts";
import { createVpa } from "./vpa.ts";

type Kind = {
  /** The option that a bare number stands for. */
  readonly bare: string;
  readonly options: OptionKinds;
  create(spec: AutoscalerSpec, context: AutoscalerContext): Autoscaler;
};

const needSizerOptions: OptionKinds = { multiplier: "number", holt: "number", down: "number" };

const kinds: Readonly<Record<string, Kind>> = {
  hpa: {
    bare: "target",
    options: hpaOptions,
    create: (spec, context) => createHpa(hpaConfigOf(spec, context.topology.services.length), context),
  },
  keda: {
    bare: "target",
    options: kedaOptions,
    create: (spec, context) => createKeda(kedaConfigOf(spec, context.topology), context),
  },
  vpa: {
    bare: "percentile",
    options: vpaOptions,
    create: (spec, context) => createVpa(vpaConfigOf(spec, context.topology.services.length), context),
  },
  "feed-forward": {
    bare: "multiplier",
    options: needSizerOptions,
    create: (spec, context) => createFeedForward(needSizerConfigOf(spec), context),
  },
  local: {
    bare: "multiplier",
    options: needSizerOptions,
    create: (spec, context) => createLocal(needSizerConfigOf(spec), context),
  },
  oracle: {
    bare: "horizon",
    options: { horizon: "number", multiplier: "number" },
    create: ({ options }, context) =>
      createOracle(
        {
          horizonS: options.get("horizon") ?? defaultOracleConfig.horizonS,
          multiplier: options.get("multiplier") ?? defaultOracleConfig.multiplier,
        },
        context,
      ),
  },
  fixed: {
    bare: "replicas",
    options: { replicas: "number", min: "number", mean: "number" },
    create: (spec, context) => createFixed(fixedConfigOf(spec), context),
  },
  random: {
    bare: "seed",
    options: { seed: "number", step: "number" },
    create: ({ text, options }, context) => {
      const step = options.get("step");
      if (step !== undefined && !(Number.isInteger(step) && step > 0)) {
        throw wrong(text, `expected step to be a whole number above 0, got ${step}`, "write it like random:step=3");
      }
      return createRandom({ step, seed: options.get("seed") ?? defaultRandomConfig.seed }, context);
    },
  },
};

/** Names that {@link createAutoscaler} knows. */
const autoscalerNames: readonly string[] = Object.keys(kinds);

/**
 * An autoscaler from its spec on a command line: `hpa`, `hpa:60`, `hpa:target=60,down=120`, `hpa:rps=80`, `keda:70`,
 * `vpa:95,age=0`, `feed-forward:1.25,holt=60`, `local`, `oracle:60`, `fixed:3`, `random:step=3`.
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

function needSizerConfigOf({ options }: AutoscalerSpec): NeedSizerConfig {
  return {
    multiplier: options.get("multiplier") ?? defaultNeedSizerConfig.multiplier,
    downWindowS: options.get("down") ?? defaultNeedSizerConfig.downWindowS,
    holtS: options.get("holt") ?? defaultNeedSizerConfig.holtS,
  };
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
