import { startLocalCluster } from "../../../src/clusters/local/start.ts";
import { contractTiming, contractTopology, testClusterContract } from "../../contract/cluster-contract.ts";
import { useStateDir } from "./state-dir.ts";

useStateDir();

testClusterContract("a cluster of local processes", async () => {
  const client = await startLocalCluster({
    topology: contractTopology,
    timing: contractTiming,
    seed: 1,
    bound: true,
  });
  const limitsMilli = async (name: string): Promise<readonly number[]> => {
    const { services } = await client.status();
    const { pods } = services.find(({ service }) => service === name)!;
    return pods.filter(({ phase }) => phase === "ready").map(({ cpuMilli }) => cpuMilli);
  };
  return { cluster: client, clock: client.clock, limitsMilli, close: () => client.down() };
});
