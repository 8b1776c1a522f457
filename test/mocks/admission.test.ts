import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createAdmission } from "../../mocks/src/admission.ts";

test("so many requests get a slot, then so many wait in order, then none gets in", () => {
  const admission = createAdmission({ concurrency: 2, queueLimit: 2 });
  const started: string[] = [];
  expect([admission.tryEnter(), admission.tryEnter(), admission.tryEnter()]).toEqual([true, true, false]);
  expect(admission.tryQueue(() => started.push("first"))).toBe(true);
  expect(admission.tryQueue(() => started.push("second"))).toBe(true);
  expect(admission.tryQueue(() => started.push("third"))).toBe(false);
  admission.leave();
  admission.leave();
  expect(started).toEqual(["first", "second"]);
  expect([admission.inFlight(), admission.queued()]).toEqual([2, 0]);
});

test("a request that arrives cannot overtake those that wait", () => {
  const admission = createAdmission({ concurrency: 1, queueLimit: 5 });
  admission.tryEnter();
  let overtook: boolean | undefined;
  admission.tryQueue(() => (overtook = admission.tryEnter()));
  admission.tryQueue(() => {});
  admission.leave();
  expect(overtook).toBe(false);
});

test("a long queue of requests that end as they start is worked off without a deep stack", () => {
  const admission = createAdmission({ concurrency: 1, queueLimit: 1_000_000 });
  admission.tryEnter();
  let finished = 0;
  for (let i = 0; i < 20_000; i++)
    admission.tryQueue(() => {
      finished++;
      admission.leave();
    });
  admission.leave();
  expect([finished, admission.inFlight(), admission.queued()]).toEqual([20_000, 0, 0]);
});

test("neither bound is ever exceeded, and no slot stays empty while a request waits", () => {
  const limits = fc.record({ concurrency: fc.integer({ min: 1, max: 5 }), queueLimit: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(limits, fc.array(fc.boolean(), { maxLength: 200 }), ({ concurrency, queueLimit }, arrivals) => {
      const admission = createAdmission({ concurrency, queueLimit });
      for (const isArrival of arrivals) {
        if (isArrival) void (admission.tryEnter() || admission.tryQueue(() => {}));
        else if (admission.inFlight() > 0) admission.leave();
        expect(admission.inFlight()).toBeLessThanOrEqual(concurrency);
        expect(admission.queued()).toBeLessThanOrEqual(queueLimit);
        if (admission.queued() > 0) expect(admission.inFlight()).toBe(concurrency);
      }
    }),
  );
});
