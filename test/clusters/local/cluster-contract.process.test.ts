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
  return { cluster: client, clock: client.clock, close: () => client.down() };
});
