import { int, num } from "./command";
import { countArrivals, drawCount, quickNormal } from "./counts";
import {
  counter,
  newestSample,
  newestSnapshot,
  nextTicks,
  oldestSnapshot,
  scrapeTarget,
  windowTicks,
} from "./pipeline";
import { STREAM_BYTES, normal } from "./rng";
import { at } from "./simd";

/** Counters of a service, and what counting and scraping take for: src/twin/fluid/service-metrics.ts, count-noise.ts. */
const READY: usize = 0;
const BUSY: usize = 1;
const ARRIVED: usize = 2;
const SERVED: usize = 3;
const DROPPED: usize = 4;
const WAITED: usize = 5;
const CPU_NOISE: f64 = 0.02;
const SHARED_WAIT: f64 = 2;
/** Of a service: visits, variation of work, its CPU / ticks of a limit, added latency. */
const SERVICE_BYTES: usize = 40;

/** Scrapes every service that is due. */
export function scrapeServices(command: usize): void {
  const nextTick = nextTicks(command);
  const bytes = int(command, 14) << 3;
  const nowTick = int(command, 15);
  const all = int(command, 9) << 3;
  let service = int(command, 30);
  for (let first: usize = 0; first < all; first += bytes, service += SERVICE_BYTES)
    for (let i: usize = 0; i < bytes; i += 16) {
      const now = at(nowTick + i);
      const isDue = f64x2.le(at(nextTick + first + i), now);
      if (!v128.any_true(isDue)) continue;
      const e = i >> 3;
      const k = (first >> 3) + e;
      if (i64x2.extract_lane(isDue, 0)) scrapeService(command, service, e, k, f64x2.extract_lane(now, 0));
      if (i64x2.extract_lane(isDue, 1)) scrapeService(command, service, e + 1, k + 1, f64x2.extract_lane(now, 1));
    }
}

function scrapeService(command: usize, service: usize, e: usize, k: usize, nowTick: f64): void {
  const isCounted = int(command, 17) != 0;
  if (isCounted) addCountNoise(command, service, e, k);
  scrapeTarget(command, k, nowTick);
  const end = newestSnapshot(command, k);
  const start = oldestSnapshot(command, k);
  const perS = 1_000 / (windowTicks(command, k) * num(command, 31));
  const noise = 1 + CPU_NOISE * normal(int(command, 16) + e * STREAM_BYTES);
  const ready = grown(start, end, READY);
  const served = grown(start, end, SERVED);
  const busy = grown(start, end, BUSY) / ready;
  const sample = newestSample(command, k);
  store<f64>(sample, ready > 0 ? max<f64>(0, min<f64>(1, busy) * noise) : NaN);
  store<f64>(sample, grown(start, end, ARRIVED) * perS, 8);
  store<f64>(sample, served * perS, 16);
  store<f64>(sample, grown(start, end, DROPPED) * perS, 24);
  store<f64>(sample, isCounted ? countInside(command, service, e, k) : cellOf(command, 22, k), 32);
  store<f64>(sample, served > 0 ? grown(start, end, WAITED) / served : 0, 40);
  if (int(command, 29) != 0) store<f64>(sample, cellOf(command, 29, k), 48);
}

function grown(start: usize, end: usize, field: usize): f64 {
  return load<f64>(end + (field << 3)) - load<f64>(start + (field << 3));
}

/** The value of a cell in the matrix whose address stands in a slot. */
function cellOf(command: usize, slot: usize, k: usize): f64 {
  return load<f64>(int(command, slot) + (k << 3));
}

/** Makes the growth of a service's counters since its last scrape a count. */
function addCountNoise(command: usize, service: usize, e: usize, k: usize): void {
  const stream = int(command, 17) + e * STREAM_BYTES;
  const normals = int(command, 18);
  const surplus = int(command, 20) + (e << 3);
  const seen = int(command, 21) + (k << 3);
  const visits = load<f64>(service);
  countArrivals(stream, normals, int(command, 19) + (e << 3), surplus);
  const shared = load<f64>(surplus) - load<f64>(seen);
  store<f64>(seen, load<f64>(surplus));
  const before = newestSnapshot(command, k);
  const arrived = counter(command, ARRIVED, k);
  const expected = load<f64>(arrived) - load<f64>(before + (ARRIVED << 3));
  const own = sqrt<f64>(max<f64>(0, expected * (1 - visits))) * quickNormal(stream, normals);
  const more = max<f64>(-expected, visits * shared + own);
  store<f64>(arrived, load<f64>(arrived) + more);
  if (cellOf(command, 22, k) > 0) return;
  addServedNoise(command, service, stream, k, before, more);
}

/** What was served, and how long it kept replicas busy and waited; without a backlog all that comes is served. */
function addServedNoise(command: usize, service: usize, stream: usize, k: usize, before: usize, more: f64): void {
  const normals = int(command, 18);
  const servedAt = counter(command, SERVED, k);
  const served = load<f64>(servedAt) - load<f64>(before + (SERVED << 3));
  const moreServed = max<f64>(-served, more);
  const scv = load<f64>(service, 8);
  const spread = sqrt<f64>(scv * max<f64>(0, served + moreServed)) * quickNormal(stream, normals);
  const busyPerRequest = load<f64>(service, 16) / (load<f64>(service, 24) * cellOf(command, 28, k));
  const busyAt = counter(command, BUSY, k);
  const busy = load<f64>(busyAt) - load<f64>(before + (BUSY << 3));
  store<f64>(busyAt, load<f64>(busyAt) + max<f64>(-busy, (moreServed + spread) * busyPerRequest));
  store<f64>(servedAt, load<f64>(servedAt) + moreServed);
  const waits = sqrt<f64>(SHARED_WAIT * (served + moreServed) * cellOf(command, 25, k)) * quickNormal(stream, normals);
  const waitedAt = counter(command, WAITED, k);
  const waited = load<f64>(waitedAt) - load<f64>(before + (WAITED << 3));
  store<f64>(waitedAt, load<f64>(waitedAt) + max<f64>(-waited, moreServed * cellOf(command, 26, k) + waits));
}

/** Requests inside all replicas of a service. */
function countInside(command: usize, service: usize, e: usize, k: usize): f64 {
  const insideMs = cellOf(command, 24, k) + load<f64>(service, 32) + cellOf(command, 27, k);
  const mean = (cellOf(command, 23, k) / num(command, 31)) * insideMs;
  return cellOf(command, 22, k) + drawCount(int(command, 17) + e * STREAM_BYTES, int(command, 18), mean);
}
