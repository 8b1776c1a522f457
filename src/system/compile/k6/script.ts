import type { Entry, Topology } from "../../topology/topology.ts";
import { floodsOf } from "../../workload/flood.ts";
import type { Workload } from "../../workload/workload.ts";
import { kubernetesOptions } from "../kubernetes-options.ts";
import { entryNodePorts } from "../service-manifest.ts";
import { stagesOf } from "./stages.ts";

/** From the intended start, as karma's own generator has it. */
const TIMEOUT_S = 10;
/** Of k6, for the script alone. */
const HTTP_MODULE = "k6/http";
const MOST_USERS = 10_000;

/**
 * A k6 script that sends the realised rate of a workload, a scenario of k6 for each entry and each flood. k6 spaces
 * requests evenly, whatever the arrival process; faults other than floods are not its business.
 *
 * @source k6 documentation, executors constant-arrival-rate and ramping-arrival-rate, thresholds
 */
export function k6Script(topology: Topology, workload: Workload): string {
  const users = topology.entries.map((entry, index) => [`users-${index + 1}`, scenarioOf(topology, workload, entry)]);
  const floods = floodsOf(workload, topology).flatMap(({ ratePerS, entries }, flood) =>
    entries.map((entry, index) => [
      `flood-${flood + 1}-${index + 1}`,
      { ...scenarioOf(topology, { ...workload, ratePerS }, entry), exec: "flood", tags: { load: "flood" } },
    ]),
  );
  const options = {
    discardResponseBodies: true,
    scenarios: Object.fromEntries([...users, ...floods]),
    thresholds: thresholdsOf(topology),
  };
  return `// The load of ${JSON.stringify(topology.name)}, written by karma load --export-k6.
//   k6 run SCRIPT, or with BASE_URL=http://host:port: k6 run --env BASE_URL=... SCRIPT
import http from ${JSON.stringify(HTTP_MODULE)};

export const options = ${JSON.stringify(options, null, 2)};

if (__ENV.BASE_URL) {
  for (const { env } of Object.values(options.scenarios)) {
    env.TARGET = __ENV.BASE_URL.replace(/\\/+$/, "") + env.TARGET.replace(/^http:\\/\\/[^/]+/, "");
  }
}

export function users() {
  http.get(__ENV.TARGET, { timeout: "${TIMEOUT_S}s" });
}

export function flood() {
  http.get(__ENV.TARGET, { timeout: "${TIMEOUT_S}s", headers: { "x-karma-load": "flood" } });
}
`;
}

/** The share of one entry. Constant where the rate is. */
function scenarioOf(topology: Topology, workload: Workload, entry: Entry): object {
  const ratePerS = workload.ratePerS.map((rate) => rate * entry.share);
  const { startPerMinute, stages } = stagesOf({ ...workload, ratePerS });
  const highest = ratePerS.reduce((most, rate) => Math.max(most, rate), 0);
  const common = {
    timeUnit: "1m",
    preAllocatedVUs: usersFor(highest),
    maxVUs: usersFor(highest * TIMEOUT_S),
    exec: "users",
    tags: { load: "users" },
    env: { TARGET: targetOf(topology, entry) },
  };
  if (stages.every(({ perMinute }) => perMinute === startPerMinute) && startPerMinute > 0) {
    const duration = msText(stages.reduce((sum, { durationMs }) => sum + durationMs, 0));
    return { executor: "constant-arrival-rate", rate: startPerMinute, duration, ...common };
  }
  return {
    executor: "ramping-arrival-rate",
    startRate: startPerMinute,
    stages: stages.map(({ durationMs, perMinute }) => ({ duration: msText(durationMs), target: perMinute })),
    ...common,
  };
}

/** Each user waits for one answer at a time. */
function usersFor(count: number): number {
  return Math.min(MOST_USERS, Math.max(1, Math.ceil(count)));
}

function targetOf(topology: Topology, { service, endpoint }: Entry): string {
  const { nodePort } = kubernetesOptions(topology.name, {});
  const port = entryNodePorts(topology, nodePort).get(service);
  return `http://127.0.0.1:${port}/${endpoint}`;
}

/** What users are promised; floods are promised nothing. */
function thresholdsOf({ objective: { p95Ms, availability } }: Topology): object {
  return {
    "http_req_duration{load:users}": [`p(95)<${p95Ms}`],
    "http_req_failed{load:users}": [`rate<=${Number((1 - availability).toFixed(9))}`],
  };
}

function msText(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
