/** One line of the Prometheus text format. */
export type PrometheusSample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/s;
const label = /([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"/gs;
const escapes: Readonly<Record<string, string>> = { "\\n": "\n", "\\\\": "\\", '\\"': '"' };

/**
 * Reads the samples with a wanted name. Comments and lines that are no samples are skipped: one bad line of a pod must
 * not hide the rest.
 *
 * @source Prometheus exposition format, version 0.0.4
 */
export function parsePrometheusText(text: string, isWanted: (name: string) => boolean): PrometheusSample[] {
  const samples: PrometheusSample[] = [];
  for (const raw of text.split("\n")) {
    if (raw === "" || raw.startsWith("#") || !isWanted(nameOf(raw))) continue;
    const [, name, labels, value] = line.exec(raw.trimEnd()) ?? [];
    if (name === undefined || value === undefined) continue;
    const number = toNumber(value);
    if (number !== undefined)
      samples.push({ name, labels: labels === undefined ? {} : toLabels(labels), value: number });
  }
  return samples;
}

function nameOf(raw: string): string {
  const end = raw.search(/[{ \t]/);
  return end < 0 ? raw : raw.slice(0, end);
}

function toLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(label)) {
    labels[name] = value.replaceAll(/\\[n\\"]/g, (escape) => escapes[escape]!);
  }
  return labels;
}

function toNumber(text: string): number | undefined {
  if (text === "+Inf" || text === "Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  if (text === "NaN") return Number.NaN;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}
