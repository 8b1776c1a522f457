import { expect, test } from "vitest";
import { startLocalCluster } from "../../../src/clusters/local/start.ts";
import { contractTiming, contractTopology } from "../../contract/cluster-contract.ts";
import { useStateDir } from "./state-dir.ts";

useStateDir();

const [front, back] = contractTopology.services;
/** `back` alone, under as many requests as it can take. */
const topology = {
  ...contractTopology,
  name: "resized",
  services: [{ ...back!, name: front!.name, cpuMilli: 500 }],
};

async function callUntil(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted)
    await fetch(url).then(
      (answer) => answer.arrayBuffer(),
      () => undefined,
    );
}

test("a replica really gets less CPU from a resize on, and a size beyond its threads is refused", async () => {
  const cluster = await startLocalCluster({ topology, timing: contractTiming, seed: 1, bound: true });
  const stop = new AbortController();
  try {
    const [{ url } = { url: "" }] = cluster.entryUrls();
    const load = Array.from({ length: 4 }, () => callUntil(url, stop.signal));
    const servedPerS = async (): Promise<number> => (await cluster.observe()).servedPerS[0]!;
    const { clock } = cluster;
    await clock.sleepUntil(clock.nowMs() + contractTiming.windowMs + 2 * contractTiming.scrapePeriodMs);
    const before = await servedPerS();
    expect(before).toBeGreaterThan(0);
    expect(await cluster.resize("front", 50)).toEqual({ how: "in-place" });
    await expect.poll(servedPerS, { timeout: 30_000 }).toBeLessThan(0.5 * before);
    await expect(cluster.resize("front", 1_001)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    stop.abort();
    await Promise.all(load);
  } finally {
    stop.abort();
    await cluster.down();
  }
});
