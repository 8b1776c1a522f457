import type { PathSegment } from "../path.ts";
import type { RawCall, RawEndpoint } from "../raw.ts";
import type { Reading } from "./foreign.ts";
import { countAt, listAt, numberAt, objectAt, textAt } from "./values.ts";

type Path = readonly PathSegment[];
type Step = NonNullable<RawEndpoint["calls"]>[number];

export type Groups = { readonly steps: readonly Step[]; readonly called: readonly string[] };

/**
 * Groups of calls, which run side by side, the calls of each one after another. karma has steps of calls side by side:
 * exact for one group, and for groups of one call each.
 */
export function groupsOf(value: unknown, path: Path, reading: Reading): Groups {
  const groups = listAt(value, path, reading.report)
    .map((group, index) => groupOf(group, [...path, index], reading))
    .filter((calls) => calls.length > 0);
  const longest = Math.max(0, ...groups.map((calls) => calls.length));
  if (groups.length > 1 && longest > 1) {
    reading.notes.add(path, "groups of several calls keep step: the second calls begin when all first ones ended");
  }
  const steps = Array.from({ length: longest }, (_, place) => groups.flatMap((calls) => calls[place] ?? []));
  return {
    steps: steps.map((calls) => (calls.length === 1 ? calls[0] : { parallel: calls })),
    called: groups.flat().map(({ service }) => service!),
  };
}

function groupOf(value: unknown, path: Path, reading: Reading): RawCall[] {
  const { report, notes } = reading;
  const group = objectAt(value, path, report);
  const services = listAt(group["services"], [...path, "services"], report);
  const probabilities = objectAt(group["probabilities"], [...path, "probabilities"], report);
  const sampled = countAt(group["seq_len"], 1_000_000, [...path, "seq_len"], report) ?? services.length;
  if (sampled < services.length) {
    notes.add(
      [...path, "seq_len"],
      "a random subset becomes a probability of each call: right in the mean, drawn one by one",
    );
  }
  for (const name of Object.keys(probabilities)) {
    if (!services.includes(name)) {
      notes.add([...path, "probabilities", name], "muBench never calls a service that its group does not list");
    }
  }
  return services.flatMap((item, place) => {
    const service = textAt(item, [...path, "services", place], report);
    if (service === undefined) return [];
    const given = numberAt(probabilities[service], [0, 1], [...path, "probabilities", service], report) ?? 1;
    const probability = given * Math.min(1, sampled / services.length);
    if (probability === 0) return [];
    return [probability === 1 ? { service } : { service, probability }];
  });
}
