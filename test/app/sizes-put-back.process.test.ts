import { afterAll, beforeAll, expect, test } from "vitest";
import { compareAlone } from "../../src/app/compare-twins.ts";
import type { Host } from "../../src/app/host.ts";
import type { Inputs } from "../../src/app/inputs.ts";
import { recordAlone } from "../../src/app/record.ts";
import { startLocalCluster } from "../../src/clusters/local/start.ts";
import type { RunningCluster } from "../../src/control/loop/running-cluster.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { createProgress } from "../../src/host/progress.ts";
import { defaultScenario } from "../../src/system/workload/default-scenario.ts";
import { useStateDir } from "../clusters/local/state-dir.ts";
import { contractTiming as timing, contractTopology as topology } from "../contract/cluster-contract.ts";
import { createFolder } from "../host/folder.ts";

useStateDir();

let cluster: Awaited<ReturnType<typeof startLocalCluster>>;
beforeAll(async () => {
  cluster = await startLocalCluster({ topology, timing, seed: 1, bound: true });
});
afterAll(() => cluster.down());

const inputs: Inputs = {
  topology,
  topologyPath: "topology.json",
  topologyHash: "",
  scenario: defaultScenario(topology),
  traces: new Map(),
  warnings: [],
};
const request = { inputs, where: { kind: "local" }, seed: 1 } as const;

type Work = (cluster: RunningCluster, host: Host) => Promise<unknown>;
const works: readonly { readonly what: string; readonly work: Work }[] = [
  {
    what: "a recording",
    work: (on, host) => recordAlone(on, { ...request, out: "it.jsonl", durationMs: 3_000, loads: [0.1] }, host),
  },
  {
    what: "a comparison",
    work: (on, host) =>
      compareAlone(
        on,
        {
          ...request,
          calibrationPath: undefined,
          repeats: 1,
          loads: [],
          lengthMs: 3_000,
          hasHpa: false,
          hasCrash: false,
          hasScaleUp: true,
        },
        host,
      ),
  },
];

test.each(works)("$what that is stopped when it has just scaled up gives the replicas back", async ({ work }) => {
  const stop = new AbortController();
  const scaled: number[] = [];
  const watched: RunningCluster = {
    ...cluster,
    async scale(service, replicas) {
      await cluster.scale(service, replicas);
      scaled.push(replicas);
      stop.abort(new KarmaError("INTERRUPTED", "stopped by Ctrl-C", "all is clean"));
    },
  };
  const host = { progress: createProgress("quiet"), signal: stop.signal, cwd: createFolder() };
  await expect(work(watched, host)).rejects.toThrow("stopped by Ctrl-C");
  expect(Math.max(...scaled)).toBeGreaterThan(1);
  expect(Array.from((await cluster.observe()).desired)).toEqual([1, 1]);
});
