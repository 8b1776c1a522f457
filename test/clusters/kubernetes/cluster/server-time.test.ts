import { expect, test } from "vitest";
import { serverNowMs } from "../../../../src/clusters/kubernetes/cluster/server-time.ts";

test.each([
  ["agrees to the second", 10_000, 10_900, 10_900],
  ["is an hour ahead", 3_600_000, 900, 3_600_000],
  ["is an hour behind", 0, 3_600_000, 0],
  ["says nothing", Number.NaN, 42, 42],
])("where the server's clock %s", (_what, serverMs, ownMs, nowMs) => {
  expect(serverNowMs({ serverMs }, ownMs)).toBe(nowMs);
});
