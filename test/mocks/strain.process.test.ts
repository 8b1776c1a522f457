import { expect, test } from "vitest";
import { readMetric, startReplica, statusOf } from "./start-replica.ts";
import { configOf, endpointOf } from "./valid-config.ts";

const workOf = (meanMs: number) => endpointOf({ workMs: { kind: "constant", mean: meanMs } });

test("work grows with the requests in work: four at once cost 1, 2, 3 and 4 times theirs", async () => {
  const replica = await startReplica(configOf({ concurrency: 4, workGrowth: [1, 2, 3, 4], endpoints: [workOf(60)] }));
  const from = await readMetric(replica, "mock_work_seconds_total");
  const answers = Array.from({ length: 4 }, () => statusOf(`${replica.url}/work`));
  expect(await Promise.all(answers)).toEqual([200, 200, 200, 200]);
  const together = await readMetric(replica, "mock_work_seconds_total");
  // They come within the work of the first, so that all four are in work.
  expect((together - from) / 0.06).toBeCloseTo(10, 0);
  await statusOf(`${replica.url}/work`);
  expect(((await readMetric(replica, "mock_work_seconds_total")) - together) / 0.06).toBeCloseTo(1, 0);
});
