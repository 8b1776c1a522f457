import type { MockCall, MockConfig, MockEndpoint } from "./config.ts";
import { type Connections, TIMED_OUT, connectionsTo } from "./connections.ts";
import type { Random } from "./random.ts";

/** What an endpoint's calls came to: 0 when all went well, or the status to answer with. */
export type CallsOutcome = 0 | 502 | 504;

/** Makes the calls of one request: steps one after another, the calls of one step side by side. */
export type Caller = (steps: MockEndpoint["calls"], traceparent: string) => Promise<CallsOutcome>;

export async function createCaller(
  config: Pick<MockConfig, "upstreams" | "connectionLifeMs">,
  random: Random,
): Promise<Caller> {
  const upstreams = new Map<string, Connections>();
  for (const [service, url] of Object.entries(config.upstreams))
    upstreams.set(service, await connectionsTo(new URL(url).origin, config.connectionLifeMs, random));

  async function makeCall(call: MockCall, headers: Readonly<Record<string, string>>): Promise<CallsOutcome> {
    if (random.uniform() >= call.probability) return 0;
    for (let time = 0; time < call.times; time++) {
      const outcome = await withRetries(upstreams.get(call.service)!, call, headers);
      if (outcome !== 0) return outcome;
    }
    return 0;
  }

  return async (steps, traceparent) => {
    const headers = { traceparent };
    for (const step of steps) {
      const outcomes = await Promise.all(step.map((call) => makeCall(call, headers)));
      const failure = outcomes.find((outcome) => outcome !== 0);
      if (failure !== undefined) return failure;
    }
    return 0;
  };
}

/** Tries again at once after a broken connection, a timeout or a status of 400 and above. */
async function withRetries(
  upstream: Connections,
  { endpoint, timeoutMs, retries }: MockCall,
  headers: Readonly<Record<string, string>>,
): Promise<CallsOutcome> {
  let status = 0;
  for (let attempt = 0; attempt <= retries; attempt++) {
    status = await new Promise<number>((resolve) => upstream.get(`/${endpoint}`, headers, timeoutMs, resolve));
    if (status >= 200 && status < 400) return 0;
  }
  return status === TIMED_OUT ? 504 : 502;
}
