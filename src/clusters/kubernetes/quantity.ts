const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * An amount as Kubernetes writes it, `250m`, `1.5`, `512Mi`, `12345678n`, `1e3`, in base units: cores, bytes, pieces.
 * @source k8s.io/apimachinery/pkg/api/resource
 */
export function quantityToNumber(text: string): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(text);
  const factor = SUFFIXES[match?.[2] ?? "?"];
  if (match === null || factor === undefined) throw new Error(`not a quantity of Kubernetes: ${JSON.stringify(text)}`);
  return Number(match[1]) * factor;
}

export function quantityToMilli(text: string): number {
  return quantityToNumber(text) * 1_000;
}

export function quantityToMiB(text: string): number {
  return quantityToNumber(text) / 2 ** 20;
}
