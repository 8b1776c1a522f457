import { expect, test } from "vitest";
import { leavingAs } from "../../src/app/on-exit.ts";
import { scaleCluster } from "../../src/app/scale-cluster.ts";
import { startLocalCluster } from "../../src/clusters/local/start.ts";
import { createAutoscaler } from "../../src/control/autoscalers/autoscalers.ts";
import type { Decision } from "../../src/control/loop/autoscaler.ts";
import { contractTiming, contractTopology } from "../contract/cluster-contract.ts";
import { useStateDir } from "../clusters/local/state-dir.ts";

useStateDir();

test("the VPA resizes local processes that have too much, and who restores leaves the sizes it found", async () => {
  const timing = contractTiming;
  const cluster = await startLocalCluster({ topology: contractTopology, timing, seed: 1, bound: true });
  try {
    const autoscaler = createAutoscaler("vpa:age=0,period=15,min-replicas=1,min=100", {
      topology: contractTopology,
      timing,
    });
    const decisions: Decision[] = [];
    const { clock } = cluster;
    const limits = await leavingAs("restore", cluster, undefined, async () => {
      const span = [clock.nowMs(), clock.nowMs() + 12 * timing.syncPeriodMs] as const;
      const scaling = { cluster, topology: contractTopology, timing, autoscaler, mode: "live" as const };
      await scaleCluster({ ...scaling, sink: (one) => decisions.push(one) }, span, new AbortController().signal);
      return [...(await cluster.observe()).cpuMilli];
    });
    // Half of 200 millicores is the largest step down.
    expect(limits).toEqual([100, 100]);
    expect(decisions.find(({ cpuMilli }) => cpuMilli !== undefined)).toMatchObject({
      from: 1,
      applied: 1,
      cpuMilli: { from: 200, proposed: 100, applied: 100 },
      guarded: [],
    });
    expect([...(await cluster.observe()).cpuMilli]).toEqual([200, 200]);
    const { podSeconds, sizedPodSeconds } = await cluster.podTime();
    for (const [service, seconds] of podSeconds.entries()) {
      expect(sizedPodSeconds[service]).toBeLessThan(seconds);
      expect(sizedPodSeconds[service]).toBeGreaterThan(0.5 * seconds);
    }
  } finally {
    await cluster.down();
  }
});
