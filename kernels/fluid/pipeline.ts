import { int } from "./command";

export function nextTicks(command: usize): usize {
  return int(command, 7);
}

/** A counter of a target. */
export function counter(command: usize, field: usize, target: usize): usize {
  return int(command, 1) + ((field * int(command, 9) + target) << 3);
}

/** Where the snapshot of a scrape stands. */
function snapshot(command: usize, scrape: u32, target: usize): usize {
  const slot = <usize>(scrape % <u32>int(command, 10));
  return int(command, 2) + (((slot * int(command, 9) + target) * int(command, 8)) << 3);
}

export function newestSnapshot(command: usize, target: usize): usize {
  return snapshot(command, scrapes(command, target), target);
}

/** How often a target was scraped. */
function scrapes(command: usize, target: usize): u32 {
  return load<u32>(int(command, 6) + (target << 2));
}

/** Scrapes a target now: its counters stand in the newest snapshot. */
export function scrapeTarget(command: usize, target: usize, nowTick: f64): void {
  const fields = int(command, 8);
  const targets = int(command, 9);
  const scrape = scrapes(command, target) + 1;
  store<u32>(int(command, 6) + (target << 2), scrape);
  const into = snapshot(command, scrape, target);
  let from = counter(command, 0, target);
  for (let field: usize = 0; field < fields; field++, from += targets << 3)
    store<f64>(into + (field << 3), load<f64>(from));
  const slot = <usize>(scrape % <u32>int(command, 10));
  store<f64>(int(command, 3) + ((slot * targets + target) << 3), nowTick);
  const kept = <usize>(scrape % <u32>int(command, 11));
  store<f64>(int(command, 5) + ((kept * targets + target) << 3), nowTick);
  store<f64>(int(command, 7) + (target << 3), nowTick + <f64>int(command, 13));
}

/** The snapshot with which the window began that ended with the newest scrape. */
export function oldestSnapshot(command: usize, target: usize): usize {
  return snapshot(command, windowStart(command, target), target);
}

function windowStart(command: usize, target: usize): u32 {
  const scrape = scrapes(command, target);
  const back = <u32>int(command, 12);
  return scrape > back ? scrape - back : 0;
}

/** Ticks of the window that ended with the newest scrape. */
export function windowTicks(command: usize, target: usize): f64 {
  const targets = int(command, 9);
  const depth = <u32>int(command, 10);
  const end = <usize>(scrapes(command, target) % depth) * targets + target;
  const start = <usize>(windowStart(command, target) % depth) * targets + target;
  return load<f64>(int(command, 3) + (end << 3)) - load<f64>(int(command, 3) + (start << 3));
}

/** Where the sample of the newest scrape stands. */
export function newestSample(command: usize, target: usize): usize {
  const slot = <usize>(scrapes(command, target) % <u32>int(command, 11));
  return int(command, 4) + (((slot * int(command, 9) + target) * int(command, 8)) << 3);
}
