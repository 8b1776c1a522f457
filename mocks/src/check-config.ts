import type { MockConfig } from "./config.ts";

/** Where something is wrong, and what was expected. */
export type ConfigProblem = { readonly path: string; readonly message: string };

type Rule = (value: unknown, path: string) => ConfigProblem[];

const problem = (path: string, expected: string, found: unknown): ConfigProblem[] => [
  { path, message: `expected ${expected}, got ${found === undefined ? "nothing" : JSON.stringify(found)}` },
];

function number(expected: string, isFine: (value: number) => boolean): Rule {
  return (value, path) =>
    typeof value === "number" && Number.isFinite(value) && isFine(value) ? [] : problem(path, expected, value);
}

function text(expected: string, isFine: (value: string) => boolean): Rule {
  return (value, path) => (typeof value === "string" && isFine(value) ? [] : problem(path, expected, value));
}

function list(rule: Rule, minLength: number): Rule {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < minLength)
      return problem(path, minLength > 0 ? `a list of at least ${minLength}` : "a list", value);
    return value.flatMap((item, index) => rule(item, `${path}[${index}]`));
  };
}

function record(fields: Readonly<Record<string, Rule>>): Rule {
  return (value, path) => {
    if (!isRecord(value)) return problem(path, "an object", value);
    const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
    const unknown = Object.keys(value).filter((key) => !Object.hasOwn(fields, key));
    return [
      ...Object.entries(fields).flatMap(([key, rule]) => rule(value[key], at(key))),
      ...unknown.map((key) => ({
        path: at(key),
        message: `unknown field; known are ${Object.keys(fields).join(", ")}`,
      })),
    ];
  };
}

function optional(rule: Rule): Rule {
  return (value, path) => (value === undefined ? [] : rule(value, path));
}

function map(rule: Rule): Rule {
  return (value, path) =>
    isRecord(value)
      ? Object.entries(value).flatMap(([key, item]) => rule(item, `${path}.${key}`))
      : problem(path, "an object", value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const atLeast0 = number("a number >= 0", (value) => value >= 0);
const above0 = number("a number > 0", (value) => value > 0);
const share = number("a number from 0 to 1", (value) => value >= 0 && value <= 1);
const count = (min: number): Rule =>
  number(`a whole number >= ${min}`, (value) => Number.isInteger(value) && value >= min);
const flag: Rule = (value, path) => (typeof value === "boolean" ? [] : problem(path, "true or false", value));

const ENDPOINT_NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]*(\/[A-Za-z0-9][A-Za-z0-9._~-]*)*$/;
const RESERVED = ["metrics", "healthz", "readyz"];
const name = text("a non-empty name", (value) => value !== "");
const endpointName = text(
  `a path without leading slash, of letters, digits and ._~-, and none of ${RESERVED.join(", ")}`,
  (value) => ENDPOINT_NAME.test(value) && !RESERVED.includes(value),
);
const httpUrl = text("a URL that starts with http://", (value) => value.startsWith("http://") && URL.canParse(value));

const DISTRIBUTIONS: Readonly<Record<string, Rule>> = {
  constant: record({ kind: name, mean: atLeast0 }),
  exponential: record({ kind: name, mean: atLeast0 }),
  lognormal: record({ kind: name, mean: atLeast0, cv: atLeast0 }),
  normal: record({ kind: name, mean: atLeast0, sd: atLeast0, min: atLeast0, max: atLeast0 }),
};

function distribution(value: unknown, path: string): ConfigProblem[] {
  const kind = isRecord(value) ? String(value["kind"]) : "";
  if (!Object.hasOwn(DISTRIBUTIONS, kind))
    return problem(path, `a distribution whose kind is one of ${Object.keys(DISTRIBUTIONS).join(", ")}`, value);
  return DISTRIBUTIONS[kind]!(value, path);
}

const call = record({
  service: name,
  endpoint: endpointName,
  probability: share,
  times: count(1),
  timeoutMs: above0,
  retries: count(0),
  backoffMs: optional(atLeast0),
  requestBytes: optional(count(0)),
  retryBudget: optional(number("a number > 0, at most 1", (value) => value > 0 && value <= 1)),
});

const endpoint = record({
  name: endpointName,
  workMs: distribution,
  errorRate: share,
  addedLatencyMs: distribution,
  calls: list(list(call, 1), 0),
  responseBytes: optional(count(0)),
});

const memory = record({
  baseMiB: atLeast0,
  perRequestMiB: atLeast0,
  retainedMiB: atLeast0,
  limitMiB: optional(above0),
});

const coldFactor = number("a number >= 1", (value) => value >= 1);
const coldByRequests = record({ factor: coldFactor, requests: count(1) });
const coldByTime = record({ factor: coldFactor, forMs: above0 });

function coldStart(value: unknown, path: string): ConfigProblem[] {
  return (isRecord(value) && "requests" in value ? coldByRequests : coldByTime)(value, path);
}

const standingFault = record({
  kind: text("one of work, limit, startup, no-metrics", (value) =>
    ["work", "limit", "startup", "no-metrics"].includes(value),
  ),
  factor: number("a number from 1 to 1000", (value) => value >= 1 && value <= 1_000),
  untilEpochMs: atLeast0,
});

const config = record({
  service: name,
  cpuLimitMilli: above0,
  emulateCpuLimit: flag,
  concurrency: count(1),
  queueLimit: count(0),
  endpoints: list(endpoint, 1),
  upstreams: map(httpUrl),
  incidents: record({ warning: share, error: share, degraded: share, failure: share }),
  connectionLifeMs: above0,
  timeScale: number("a number >= 1", (value) => value >= 1),
  coldStart: optional(coldStart),
  memory: optional(memory),
  workGrowth: optional(list(above0, 1)),
  faults: optional(list(standingFault, 0)),
});

/** A config, or everything that is wrong with it. */
export function checkConfig(value: unknown): MockConfig | readonly ConfigProblem[] {
  const problems = config(value, "");
  if (!isShapedAsConfig(value, problems)) return problems;
  const more = relationProblems(value);
  return more.length > 0 ? more : value;
}

function isShapedAsConfig(_value: unknown, problems: readonly ConfigProblem[]): _value is MockConfig {
  return problems.length === 0;
}

/** What the schema cannot say: names that must be unique or known. */
function relationProblems({ endpoints, upstreams }: MockConfig): ConfigProblem[] {
  const names = endpoints.map((one) => one.name);
  const twice = names.flatMap((one, index) =>
    names.indexOf(one) < index ? problem(`endpoints[${index}].name`, "a name used once", one) : [],
  );
  const dangling = endpoints.flatMap(({ calls }, e) =>
    calls.flatMap((step, s) =>
      step.flatMap(({ service }, c) =>
        Object.hasOwn(upstreams, service)
          ? []
          : problem(`endpoints[${e}].calls[${s}][${c}].service`, "a service listed in upstreams", service),
      ),
    ),
  );
  return [...twice, ...dangling];
}
