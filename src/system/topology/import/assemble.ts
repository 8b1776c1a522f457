import { quote } from "../path.ts";
import type { RawEndpoint, RawService, RawTopology } from "../raw.ts";
import type { ForeignService, Reading } from "./foreign.ts";

/** Longest name of a service. */
const LONGEST_NAME = 40;

/** The services that requests reach, under names karma can use, and where requests come in. */
export function assemble(services: readonly ForeignService[], reading: Reading): RawTopology {
  const entries = entriesOf(services, reading);
  const reached = reachedFrom(entries, services);
  for (const { name } of services) {
    if (!reached.has(name)) reading.notes.add([name], "no request reaches this service: left out");
  }
  const kept = services.filter(({ name }) => reached.has(name));
  const names = labelsOf(kept, reading);
  return {
    services: Object.fromEntries(kept.map(({ name, service }) => [names.get(name)!, renamed(service, names)])),
    connections: entries.map((entry) => ({ source: "INPUT", destination: names.get(entry)! })),
  };
}

/** What the user says, else what the file says, else the services that nobody calls. */
function entriesOf(services: readonly ForeignService[], { options, notes }: Reading): readonly string[] {
  if (options.entry !== undefined) return [options.entry];
  const declared = services.filter(({ isEntry }) => isEntry).map(({ name }) => name);
  if (declared.length > 0) return declared;
  const called = new Set(services.flatMap(({ calls }) => calls));
  const uncalled = services.map(({ name }) => name).filter((name) => !called.has(name));
  notes.add([], `the file names no entry: ${uncalled.map(quote).join(", ") || "nothing"}, which nobody calls, assumed`);
  return uncalled;
}

function reachedFrom(entries: readonly string[], services: readonly ForeignService[]): ReadonlySet<string> {
  const callsOf = new Map(services.map(({ name, calls }) => [name, calls]));
  const reached = new Set<string>();
  const open = [...entries];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...(callsOf.get(next) ?? []));
  }
  return reached;
}

/** Names that differ, are DNS labels, and are as close to the file's as can be. */
function labelsOf(services: readonly ForeignService[], { notes }: Reading): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const taken = new Set<string>(["input", "output"]);
  for (const { name } of services) {
    const plain = labelOf(name);
    let label = plain;
    for (let number = 2; taken.has(label); number++) label = `${plain.slice(0, LONGEST_NAME - 5)}-${number}`;
    taken.add(label);
    labels.set(name, label);
    if (label !== name) notes.add([name], "names that are no DNS labels are changed");
  }
  return labels;
}

function labelOf(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-+|-+$/g, "");
  return label === "" ? "service" : label;
}

function renamed(service: RawService, names: ReadonlyMap<string, string>): RawService {
  const endpoints = Object.entries(service.endpoints ?? {}).map(([key, endpoint]) => [
    key,
    withCalls(endpoint!, names),
  ]);
  return { ...service, endpoints: Object.fromEntries(endpoints) as RawService["endpoints"] };
}

function withCalls({ calls, ...endpoint }: RawEndpoint, names: ReadonlyMap<string, string>): RawEndpoint {
  if (calls === undefined || calls.length === 0) return endpoint;
  const rename = <Call extends { readonly service?: string | undefined }>(call: Call): Call => ({
    ...call,
    service: names.get(call.service!)!,
  });
  const steps = calls.map((step) =>
    step!.parallel === undefined ? rename(step!) : { parallel: step!.parallel.map((call) => rename(call!)) },
  );
  return { ...endpoint, calls: steps };
}
