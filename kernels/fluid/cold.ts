import { int, num } from "./command";

/** How cold the replicas of a service are: src/twin/fluid/cold.ts. Time fills the caches of each since it was ready. */
export function coolByTime(command: usize): void {
  const environments = int(command, 1);
  const slots = int(command, 2);
  const ready = int(command, 3);
  const warm = int(command, 4);
  const coldness = int(command, 5);
  const readyAtTick = int(command, 6);
  const nowTick = int(command, 7);
  const factor = num(command, 8);
  const tickShare = num(command, 9);
  for (let e: usize = 0; e < environments; e++) {
    const count = load<f64>(ready + (e << 3));
    const replicas = <usize>count;
    const known = <usize>load<i32>(warm + (e << 2));
    let sum = <f64>known;
    let leading = known;
    const now = load<f64>(nowTick + (e << 3));
    const first = readyAtTick + ((e * slots) << 3);
    for (let i = known; i < replicas; i++) {
      const filled = (now - load<f64>(first + (i << 3))) * tickShare;
      sum += coldFactor(factor, filled);
      if (filled >= 1 && leading == i) leading++;
    }
    store<i32>(warm + (e << 2), <i32>leading);
    store<f64>(coldness + (e << 3), known < replicas ? sum / count : 1);
  }
}

/** The same where requests fill them: what was served in the last tick. */
export function coolByRequests(command: usize): void {
  const environments = int(command, 1);
  const slots = int(command, 2);
  const ready = int(command, 3);
  const warm = int(command, 4);
  const coldness = int(command, 5);
  const begun = int(command, 6);
  const served = int(command, 7);
  const factor = num(command, 8);
  const requests = num(command, 9);
  for (let e: usize = 0; e < environments; e++) {
    const count = load<f64>(ready + (e << 3));
    const replicas = <usize>count;
    const known = <usize>load<i32>(warm + (e << 2));
    let sum = <f64>known;
    let leading = known;
    const more = load<f64>(served + (e << 3)) / count;
    const first = begun + ((e * slots) << 3);
    for (let i = known; i < replicas; i++) {
      const by = load<f64>(first + (i << 3)) + more;
      store<f64>(first + (i << 3), by);
      const filled = by / requests;
      sum += coldFactor(factor, filled);
      if (filled >= 1 && leading == i) leading++;
    }
    store<i32>(warm + (e << 2), <i32>leading);
    store<f64>(coldness + (e << 3), known < replicas ? sum / count : 1);
  }
}

/** Factor on the work of a request by how far the caches of its replica are filled. */
function coldFactor(factor: f64, filled: f64): f64 {
  return filled < 1 ? 1 + (factor - 1) * (1 - filled) : 1;
}
