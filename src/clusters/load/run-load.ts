import { type Rng, createRng } from "../../core/rng.ts";
import { connectionLifeMs } from "../../system/workload/connection-life.ts";
import { type Connections, createConnections } from "./connections.ts";
import type { LoadProgress, LoadResult } from "./load-result.ts";
import type { LoadEntry, LoadFlood, LoadSpec } from "./load-spec.ts";
import { playSchedule } from "./play-schedule.ts";
import { type SentRequest, send } from "./send.ts";
import { type RequestEnd, type Tally, createTally } from "./tally.ts";

const defaultConnections = 64;
const defaultConcurrency = 4_000;
const progressMs = 1_000;

/** Sends the load from this process and waits for the last answer or timeout. */
export async function runLoad(spec: LoadSpec, onProgress: (progress: LoadProgress) => void): Promise<LoadResult> {
  for (const { startTimesMs } of [spec, ...(spec.floods ?? [])]) checkAscending(startTimesMs);
  const tally = createTally(spec.objectiveMs, spec.startTimesMs.at(-1) ?? 0, spec.warmUpMs);
  const sender = createSender(spec, tally);
  const report = (): void =>
    onProgress({ sent: tally.sent(), violating: tally.violating(), total: spec.startTimesMs.length });
  const timer = setInterval(report, progressMs);
  const startedAtEpochMs = spec.startAtEpochMs ?? performance.timeOrigin + performance.now();
  const originMs = startedAtEpochMs - performance.timeOrigin;
  const cpuBefore = process.cpuUsage();
  try {
    await Promise.all([
      playSchedule(spec.startTimesMs, originMs, (startMs, nowMs) => sender.send(originMs, startMs, nowMs)),
      ...(spec.floods ?? []).map((flood) => {
        const sendOne = sender.flood(flood);
        return playSchedule(flood.startTimesMs, originMs, (startMs, nowMs) => sendOne(originMs, startMs, nowMs));
      }),
    ]);
    await sender.allEnded();
  } finally {
    clearInterval(timer);
    await sender.close();
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  report();
  const durationMs = Math.max(0, performance.now() - originMs);
  return tally.result({ startedAtEpochMs, durationMs, cpuMs: (user + system) / 1_000 });
}

type SendOne = (originMs: number, startMs: number, nowMs: number) => void;

type Sender = {
  readonly send: SendOne;
  /** Sends requests of a flood. */
  flood(flood: LoadFlood): SendOne;
  allEnded(): Promise<void>;
  close(): Promise<void>;
};

/** Tells a flood's requests from those of users. */
const FLOOD_HEADERS = { "x-karma-load": "flood" };

/** Of the next request; none where undefined. */
type NextHeaders = () => SentRequest["headers"];

type OnEnd = (how: RequestEnd, startMs: number, latencyMs: number) => void;

function createSender(spec: LoadSpec, tally: Tally): Sender {
  const opened: Connections[] = [];
  const maxConcurrency = spec.maxConcurrency ?? defaultConcurrency;
  const underWay = createUnderWay();

  function sendTo(part: LoadFlood, rng: Rng, headersOf: NextHeaders, onEnd: OnEnd): SendOne {
    const targets = createTargets({ ...spec, ...part }, rng);
    opened.push(...targets.map(({ connections }) => connections));
    const pickRng = rng.split("entries");
    return (originMs, startMs, nowMs) => {
      const target = pick(targets, pickRng);
      const headers = headersOf();
      if (underWay.count() >= maxConcurrency) return onEnd("unsent", startMs, 0);
      const latenessMs = nowMs - originMs - startMs;
      tally.started(latenessMs);
      underWay.begin();
      const request = { path: target.path, ...(headers === undefined ? {} : { headers }) };
      send(target.connections, request, Math.max(0, spec.timeoutMs - latenessMs), (how, endMs) => {
        onEnd(how, startMs, how === "timedOut" ? spec.timeoutMs : endMs - originMs - startMs);
        underWay.end();
      });
    };
  }

  return {
    send: sendTo(spec, createRng(spec.seed).split("load"), workHeaders(spec), (...ended) => tally.end(...ended)),
    flood: (flood) =>
      sendTo(
        flood,
        createRng(flood.seed).split("flood load"),
        () => FLOOD_HEADERS,
        (how) => tally.endFlood(how),
      ),
    allEnded: underWay.allEnded,
    close: async () => {
      await Promise.all(opened.map((connections) => connections.close()));
    },
  };
}

/** Requests that have not ended. */
type UnderWay = {
  count(): number;
  begin(): void;
  end(): void;
  readonly allEnded: () => Promise<void>;
};

function createUnderWay(): UnderWay {
  let count = 0;
  let onIdle: (() => void) | undefined;
  return {
    count: () => count,
    begin: () => void count++,
    end() {
      if (--count === 0) onIdle?.();
    },
    async allEnded() {
      if (count > 0) await new Promise<void>((resolve) => (onIdle = resolve));
    },
  };
}

/** Prescribes the work of one request after the other, to mocks: others do not know the header. */
function workHeaders({ workMs, isWorkEven = false }: LoadSpec): NextHeaders {
  if (workMs === undefined && !isWorkEven) return () => undefined;
  let next = 0;
  return () => {
    const nth = next++;
    const told = workMs === undefined ? {} : { "x-work-ms": String(workMs[nth]) };
    return isWorkEven ? { ...told, "x-work-nth": String(nth) } : told;
  };
}

type Target = { readonly connections: Connections; readonly path: string; readonly upTo: number };

/** Targets with the running sum of their shares. Connections are shared out likewise, at least one each. */
function createTargets(spec: LoadSpec, rng: Rng): Target[] {
  let upTo = 0;
  return spec.entries.map(({ url, share }: LoadEntry) => {
    const { origin, pathname, search } = new URL(url);
    upTo += share;
    const connections = createConnections({
      origin,
      lifeMs: spec.connectionLifeMs ?? connectionLifeMs,
      spread: Math.ceil((spec.connections ?? defaultConnections) * share),
      connectTimeoutMs: spec.timeoutMs,
      rng: rng.split(url),
    });
    return { connections, path: pathname + search, upTo };
  });
}

function pick(targets: readonly Target[], rng: Rng): Target {
  const draw = rng.uniform();
  return targets.find(({ upTo }) => draw < upTo) ?? targets.at(-1)!;
}

function checkAscending(startTimesMs: Float64Array): void {
  for (let i = 0; i < startTimesMs.length; i++) {
    const isAfter = i === 0 ? startTimesMs[i]! >= 0 : startTimesMs[i]! >= startTimesMs[i - 1]!;
    if (!isAfter) throw new Error(`start time ${i} of the load is ${startTimesMs[i]} ms, expected ascending from 0`);
  }
}
