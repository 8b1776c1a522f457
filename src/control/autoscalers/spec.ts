import { KarmaError } from "../../core/errors.ts";
import { didYouMean } from "../../system/topology/nearest.ts";

/** `hpa:60,down=120` taken apart. */
export type AutoscalerSpec = {
  readonly text: string;
  readonly name: string;
  readonly options: ReadonlyMap<string, number>;
};

/**
 * Parts a list such as `hpa:60,down=120,feed-forward` into specs: a piece with an `=` and no name belongs to the spec
 * before it.
 */
export function splitAutoscalerSpecs(list: string): string[] {
  const specs: string[] = [];
  for (const piece of list.split(",").map((text) => text.trim())) {
    const isOption = /^[a-z]+=/.test(piece) && specs.length > 0;
    if (isOption) specs[specs.length - 1] = withOption(specs.at(-1)!, piece);
    else if (piece !== "") specs.push(piece);
  }
  return specs;
}

function withOption(spec: string, option: string): string {
  return spec + (spec.includes(":") ? "," : ":") + option;
}

/**
 * @param bare  the option that a number without a name stands for: `hpa:60` is `hpa:target=60`
 * @param allowed  options this autoscaler has
 */
export function parseAutoscalerSpec(text: string, bare: string, allowed: readonly string[]): AutoscalerSpec {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const options = new Map<string, number>();
  for (const piece of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
    const [key, value] = piece.includes("=") ? piece.split("=", 2).map((part) => part.trim()) : [bare, piece.trim()];
    if (!allowed.includes(key!)) {
      throw wrong(text, `has no option "${key}"${didYouMean(key!, allowed)}`, `it has: ${allowed.join(", ")}`);
    }
    const number = Number(value);
    if (value === "" || !Number.isFinite(number) || number < 0) {
      throw wrong(text, `expected ${key} to be a number >= 0, got "${value}"`, `write it like ${name}:${key}=60`);
    }
    options.set(key!, number);
  }
  return { text, name, options };
}

export function wrong(text: string, message: string, hint: string): KarmaError {
  return new KarmaError("USAGE", `autoscaler "${text}": ${message}`, hint);
}
