import { expect, test } from "vitest";
import { createEventLog } from "../../../src/clusters/local/event-log.ts";

const event = (atMs: number) => ({ atMs, service: "a", kind: "ready", pod: "a-1" }) as const;

test("each reader gets every event once", () => {
  const log = createEventLog();
  log.add(event(1));
  const first = log.since(0);
  log.add(event(2));
  expect(first.events).toEqual([event(1)]);
  expect(log.since(first.next).events).toEqual([event(2)]);
  expect(log.since(0).events).toHaveLength(2);
  expect(log.since(Infinity)).toEqual({ events: [], next: 2 });
});

test("the oldest are forgotten and the numbers go on", () => {
  const log = createEventLog();
  for (let index = 0; index < 50_000; index++) log.add(event(index));
  const { events, next } = log.since(0);
  expect(next).toBe(50_000);
  expect(events.length).toBeLessThan(20_001);
  expect(log.since(49_998).events.map(({ atMs }) => atMs)).toEqual([49_998, 49_999]);
});
