import { int, num } from "./command";
import { countArrivals } from "./counts";
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

/** Counters at the entry: src/twin/fluid/entry-metrics.ts. */
const ARRIVED: usize = 0;
const VIOLATING: usize = 1;
const ANSWERED: usize = 2;
const LATENCY: usize = 3;
const SHARED_WAIT: f64 = 2;

/** Scrapes every entry that is due. */
export function scrapeEntries(command: usize): void {
  const environments = int(command, 9);
  const nowTick = int(command, 14);
  for (let e: usize = 0; e < environments; e++) {
    const now = load<f64>(nowTick + (e << 3));
    if (load<f64>(nextTicks(command) + (e << 3)) > now) continue;
    if (int(command, 15) != 0) addEntryNoise(command, e);
    scrapeTarget(command, e, now);
    const end = newestSnapshot(command, e);
    const start = oldestSnapshot(command, e);
    const perS = 1_000 / (windowTicks(command, e) * num(command, 21));
    const arrived = grown(start, end, ARRIVED);
    const answered = grown(start, end, ANSWERED);
    const sample = newestSample(command, e);
    store<f64>(sample, arrived * perS);
    store<f64>(sample, arrived > 0 ? grown(start, end, VIOLATING) / arrived : 0, 8);
    store<f64>(sample, answered > 0 ? grown(start, end, LATENCY) / answered : NaN, 16);
  }
}

function grown(start: usize, end: usize, field: usize): f64 {
  return load<f64>(end + (field << 3)) - load<f64>(start + (field << 3));
}

/** Makes the growth since the last scrape a count: so many came, so many of them violated, each took its own time. */
function addEntryNoise(command: usize, e: usize): void {
  const stream = int(command, 15) + e * STREAM_BYTES;
  const surplus = int(command, 18) + (e << 3);
  const seen = int(command, 19) + (e << 3);
  countArrivals(stream, int(command, 16), int(command, 17) + (e << 3), surplus);
  const before = newestSnapshot(command, e);
  const expected = grew(command, before, e, ARRIVED);
  const more = max<f64>(-expected, load<f64>(surplus) - load<f64>(seen));
  store<f64>(seen, load<f64>(surplus));
  if (expected <= 0) return;
  const factor = 1 + more / expected;
  const violated = grew(command, before, e, VIOLATING);
  const violating = violated * factor;
  const share = min<f64>(1, violated / expected);
  const counted = violating + sqrt<f64>(violating * (1 - share)) * normal(stream);
  const grewAnswered = grew(command, before, e, ANSWERED);
  const answered = grewAnswered * factor;
  const grewLatency = grew(command, before, e, LATENCY);
  const variance = load<f64>(int(command, 20) + (e << 3));
  const latency = grewLatency * factor + sqrt<f64>(SHARED_WAIT * answered * variance) * normal(stream);
  add(command, e, ARRIVED, more);
  add(command, e, VIOLATING, min<f64>(expected + more, max<f64>(0, counted)) - violated);
  add(command, e, LATENCY, max<f64>(0, latency) - grewLatency);
  add(command, e, ANSWERED, answered - grewAnswered);
}

function grew(command: usize, before: usize, e: usize, field: usize): f64 {
  return load<f64>(counter(command, field, e)) - load<f64>(before + (field << 3));
}

function add(command: usize, e: usize, field: usize, x: f64): void {
  const place = counter(command, field, e);
  store<f64>(place, load<f64>(place) + x);
}
