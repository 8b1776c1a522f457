const durationUnits: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's way to write a time, `5ms`, `1m30s`, as ms; undefined where it is none. */
export function goDurationMs(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let sumMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    sumMs += Number(amount) * durationUnits[unit!]!;
  }
  return sumMs;
}

/** `2%`, or a share as a number; undefined where it is neither, or outside [0, 1]. */
export function shareOf(value: unknown): number | undefined {
  const [, percent] = typeof value === "string" ? (/^(\d+(?:\.\d+)?)%$/.exec(value) ?? []) : [];
  const share = percent === undefined ? value : Number(percent) / 100;
  return typeof share === "number" && share >= 0 && share <= 1 ? share : undefined;
}

const suffixes: Readonly<Record<string, number>> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** An amount as Kubernetes writes it, `250m`, `0.5`, `256Mi`, in cores or bytes; undefined where it is none. */
export function quantityOf(value: unknown): number | undefined {
  if (typeof value === "number") return value > 0 ? value : undefined;
  if (typeof value !== "string") return undefined;
  const [, amount, suffix] = /^(\d+(?:\.\d+)?)(m|k|M|G|Ki|Mi|Gi)?$/.exec(value) ?? [];
  return amount === undefined || Number(amount) === 0 ? undefined : Number(amount) * suffixes[suffix ?? ""]!;
}

const binaryUnits: readonly string[] = ["B", "KB", "MB", "GB"];

/** A size as isotope writes it, `256`, `"2 KB"`, as KiB: its units are binary; undefined where it is none. */
export function binaryKiB(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 ? value / 1_024 : undefined;
  if (typeof value !== "string") return undefined;
  const [, amount, unit = "B"] = /^(\d+(?:\.\d+)?)\s*(B|[KMG]i?B)?$/.exec(value.trim()) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * 1_024 ** (binaryUnits.indexOf(unit.replace("i", "")) - 1);
}
