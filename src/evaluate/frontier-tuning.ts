import type { CostPoint } from "./frontier.ts";

/** Prices of violations that an opponent is tuned for: 1 is lean, thousands are safe. */
export const tuningPrices: readonly number[] = Array.from({ length: 25 }, (_, step) => round(2 ** (step / 2)));

function round(price: number): number {
  return Number(price.toPrecision(3));
}

/** What a setting cost and did on the data it is picked by: `cost` relative to what the traffic needs. */
export type TrainedSetting = CostPoint & { readonly spec: string };

/**
 * For each price the setting whose price x violating share + pods is least. As the price rises these walk along the
 * frontier of the training data, from the leanest to the safest.
 */
export function pickByPrice(settings: readonly TrainedSetting[], prices: readonly number[] = tuningPrices): string[] {
  if (settings.length === 0) throw new Error("no settings to pick from");
  return prices.map((price) => {
    const lossOf = ({ violatingShare, cost }: CostPoint): number => price * violatingShare + cost;
    return settings.reduce((best, one) => (lossOf(one) < lossOf(best) ? one : best)).spec;
  });
}

/** One way of tuning an opponent: for a price, what each fold's training data say. */
export type TunedSetting = {
  /** Prices at which the folds pick just these. */
  readonly prices: readonly number[];
  /** The setting picked by each fold's training data: [folds]. */
  readonly specs: readonly string[];
};

/**
 * Prices at which all folds pick the same settings are one.
 *
 * @param picks  what each fold picked at each price: [folds][prices]
 */
export function settingsOfFolds(
  picks: readonly (readonly string[])[],
  prices: readonly number[] = tuningPrices,
): TunedSetting[] {
  const settings = new Map<string, { prices: number[]; specs: string[] }>();
  for (const [at, price] of prices.entries()) {
    const specs = picks.map((fold) => fold[at]!);
    const key = specs.join(" ");
    const known = settings.get(key);
    if (known === undefined) settings.set(key, { prices: [price], specs });
    else known.prices.push(price);
  }
  return [...settings.values()];
}

/** The setting for a price: that of the nearest price tuned for. */
export function settingAt<Setting extends Pick<TunedSetting, "prices">>(
  settings: readonly Setting[],
  price: number,
): Setting {
  const distance = ({ prices }: Setting): number => Math.min(...prices.map((one) => Math.abs(Math.log(one / price))));
  return settings.reduce((best, one) => (distance(one) < distance(best) ? one : best));
}
