/**
 * Calls `send` at each time, whatever happened to the ones before; resolves after the last. Timers wake at whole ms, so
 * that a call is 0 to 1 ms late on an idle machine: waiting in a loop instead would take a core from what is measured.
 *
 * @param startTimesMs  ascending, from the origin
 * @param originMs  on `performance.now()`
 */
export function playSchedule(
  startTimesMs: Float64Array,
  originMs: number,
  send: (startMs: number, nowMs: number) => void,
): Promise<void> {
  let next = 0;
  return new Promise((resolve) => {
    function wake(): void {
      let nowMs = performance.now();
      while (next < startTimesMs.length && originMs + startTimesMs[next]! <= nowMs) {
        send(startTimesMs[next]!, nowMs);
        next++;
        nowMs = performance.now();
      }
      if (next === startTimesMs.length) resolve();
      else setTimeout(wake, originMs + startTimesMs[next]! - nowMs);
    }
    wake();
  });
}
