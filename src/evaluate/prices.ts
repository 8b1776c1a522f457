import type { Problem } from "../core/errors.ts";
import type { Topology } from "../system/topology/topology.ts";

/** What replicas cost by what they ask for. */
export type PriceSheet = {
  readonly currency: string;
  readonly perCoreHour: number;
  readonly perGiBHour: number;
  /** On top, whatever its size. */
  readonly perPodHour: number;
  /** Where the prices are from. */
  readonly source: string;
};

export const defaultPrices: PriceSheet = {
  currency: "USD",
  perCoreHour: 0.040_48,
  perGiBHour: 0.004_445,
  perPodHour: 0,
  source: "AWS Fargate, Linux/x86, us-east-1, on demand: aws.amazon.com/fargate/pricing",
};

/** Replicas x time, seconds of a clock: [services] in the topology's order. */
export type Rented = {
  readonly servicePodSeconds: readonly number[];
  /** Each replica counted by its CPU limit / the declared one. */
  readonly serviceSizedPodSeconds: readonly number[];
};

/**
 * Money for replicas: their cores by their CPU limit, memory and the rest by their number.
 *
 * @param timeScale  of the clock
 */
export function moneyOf(
  { servicePodSeconds, serviceSizedPodSeconds }: Rented,
  timeScale: number,
  { services }: Topology,
  prices: PriceSheet,
): number {
  const { perCoreHour, perGiBHour, perPodHour } = prices;
  return services.reduce((sum, { cpuMilli, memoryMiB }, index) => {
    const podSeconds = servicePodSeconds[index]!;
    const sizeShare = podSeconds > 0 ? serviceSizedPodSeconds[index]! / podSeconds : 1;
    const cores = (cpuMilli / 1_000) * sizeShare;
    const perHour = cores * perCoreHour + (memoryMiB / 1_024) * perGiBHour + perPodHour;
    return sum + ((podSeconds * timeScale) / 3_600) * perHour;
  }, 0);
}

const numbers = { per_core_hour: "perCoreHour", per_gib_hour: "perGiBHour", per_pod_hour: "perPodHour" } as const;

export type DecodedPrices = { readonly value: PriceSheet } | { readonly problems: readonly Problem[] };

/** A price sheet as users write it: `{"currency", "per_core_hour", "per_gib_hour", "per_pod_hour", "source"}`. */
export function decodePrices(document: unknown): DecodedPrices {
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    return { problems: [{ path: "", message: "expected an object of prices, found something else" }] };
  }
  const given = document as Readonly<Record<string, unknown>>;
  const problems: Problem[] = [];
  const prices = { currency: "", source: "", perCoreHour: 0, perGiBHour: 0, perPodHour: 0 };
  for (const key of ["currency", "source"] as const) {
    const value = given[key];
    if (typeof value === "string" && value !== "" && value.length <= 500) prices[key] = value;
    else problems.push({ path: key, message: "expected a text of 1 to 500 letters: figures of money need it" });
  }
  for (const [key, name] of Object.entries(numbers)) {
    const value = given[key] ?? 0;
    if (typeof value === "number" && value >= 0 && Number.isFinite(value)) prices[name] = value;
    else problems.push({ path: key, message: `expected a price >= 0, found ${JSON.stringify(value)}` });
  }
  const known = new Set(["currency", "source", ...Object.keys(numbers)]);
  for (const key of Object.keys(given)) {
    if (!known.has(key)) problems.push({ path: key, message: `expected one of ${[...known].join(", ")}` });
  }
  return problems.length > 0 ? { problems } : { value: prices };
}
