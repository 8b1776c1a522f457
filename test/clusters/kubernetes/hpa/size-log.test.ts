import { expect, test } from "vitest";
import { createSizeLog } from "../../../../src/clusters/kubernetes/hpa/size-log.ts";

const log = (): ReturnType<typeof createSizeLog> =>
  createSizeLog((name) => (name.startsWith("s-") ? name.slice(2) : undefined));

test("each change of size is a decision, with what the controller said of it", () => {
  const sizes = log();
  expect(sizes.see(0, [{ name: "s-cart", replicas: 2 }], [])).toEqual([]);
  const events = [
    { name: "s-cart", message: "New size: 4; reason: an older one" },
    { name: "s-cart", message: "New size: 4; reason: cpu resource utilization (percentage of request) above target" },
    { name: "s-other", message: "New size: 4; reason: another's" },
  ];
  const [decision] = sizes.see(1_000, [{ name: "s-cart", replicas: 4 }], events);
  expect(decision).toEqual({
    atMs: 1_000,
    service: "cart",
    from: 2,
    proposed: 4,
    applied: 4,
    reasons: ["cpu resource utilization (percentage of request) above target"],
    guarded: [],
  });
  expect(sizes.see(2_000, [{ name: "s-cart", replicas: 4 }], events)).toEqual([]);
  expect(sizes.see(3_000, [{ name: "s-cart", replicas: 1 }], events)[0]).toMatchObject({ from: 4, applied: 1 });
  expect(sizes.decisions()).toHaveLength(2);
});

test("Deployments of others are none of ours, and a change without an event says so", () => {
  const sizes = log();
  sizes.see(
    0,
    [
      { name: "x", replicas: 1 },
      { name: "s-a", replicas: 1 },
    ],
    [],
  );
  const news = sizes.see(
    1,
    [
      { name: "x", replicas: 5 },
      { name: "s-a", replicas: 2 },
    ],
    [],
  );
  expect(news.map(({ service, reasons }) => [service, reasons])).toEqual([["a", ["no event says why"]]]);
});
