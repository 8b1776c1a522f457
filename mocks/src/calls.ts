import type { MockCall, MockConfig, MockEndpoint } from "./config.ts";
import { type Connections, TIMED_OUT, connectionsTo } from "./connections.ts";
import type { Random } from "./random.ts";
import { type RetryBudget, createRetryBudget } from "./retry-budget.ts";

/** What an endpoint's calls came to: 0 when all went well, or the status to answer with. */
export type CallsOutcome = 0 | 502 | 504;

/** Makes the calls of one request: steps one after another, the calls of one step side by side. */
export type Caller = (steps: MockEndpoint["calls"], headers: Headers) => Promise<CallsOutcome>;

/** What is handed on with each call. */
type Headers = Readonly<Record<string, string>>;

export async function createCaller(
  config: Pick<MockConfig, "upstreams" | "connectionLifeMs">,
  random: Random,
): Promise<Caller> {
  const upstreams = new Map<string, Connections>();
  const bodyOf = kept((bytes: number): Uint8Array => Buffer.alloc(bytes, "x"));
  const budgetOf = kept(createRetryBudget);
  for (const [service, url] of Object.entries(config.upstreams))
    upstreams.set(service, await connectionsTo(new URL(url).origin, config.connectionLifeMs, random));

  async function makeCall(call: MockCall, headers: Headers): Promise<CallsOutcome> {
    if (random.uniform() >= call.probability) return 0;
    const upstream = upstreams.get(call.service)!;
    const { requestBytes = 0 } = call;
    const body = requestBytes === 0 ? undefined : bodyOf(requestBytes);
    for (let time = 0; time < call.times; time++) {
      const attempt = (): Promise<number> =>
        new Promise((resolve) => upstream.send({ path: `/${call.endpoint}`, headers, body }, call.timeoutMs, resolve));
      const outcome = await withRetries(attempt, call, budgetOf(call), random.uniform);
      if (outcome !== 0) return outcome;
    }
    return 0;
  }

  return async (steps, headers) => {
    for (const step of steps) {
      const outcomes = await Promise.all(step.map((call) => makeCall(call, headers)));
      const failure = outcomes.find((outcome) => outcome !== 0);
      if (failure !== undefined) return failure;
    }
    return 0;
  };
}

/** What is made of a key the first time it is asked for. */
function kept<Key, Value extends object>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}

/** A wait never grows beyond this, ms; of each at least this share is waited. */
const LONGEST_WAIT_MS = 10_000;
const STEADY_SHARE = 0.5;

/** Tries again after a broken connection, a timeout or a status of 400 and above, while the budget allows it. */
async function withRetries(
  attempt: () => Promise<number>,
  { retries, backoffMs = 0 }: MockCall,
  budget: RetryBudget,
  uniform: () => number,
): Promise<CallsOutcome> {
  budget.earn();
  for (let failed = 0; ;) {
    const status = await attempt();
    if (status >= 200 && status < 400) return 0;
    if (++failed > retries || !budget.spend()) return status === TIMED_OUT ? 504 : 502;
    if (backoffMs > 0) await sleep(retryWaitMs(backoffMs, failed, uniform()));
  }
}

/** @param share  a random number in [0, 1) */
function retryWaitMs(backoffMs: number, failed: number, share: number): number {
  return Math.min(LONGEST_WAIT_MS, backoffMs * 2 ** (failed - 1)) * (STEADY_SHARE + (1 - STEADY_SHARE) * share);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
