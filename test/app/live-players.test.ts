import { expect, test } from "vitest";
import { livePlayers, type PlayersSpec } from "../../src/app/live-players.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import type { ApiAccess } from "../../src/clusters/kubernetes/cluster/api-request.ts";
import { createMemoryClock } from "../control/loop/memory-cluster.ts";
import { chain } from "../team/chain.ts";

const spec: PlayersSpec = {
  topology: chain,
  timing: kubernetesTiming,
  clock: createMemoryClock(),
  place: undefined,
  checkpoint: undefined,
  against: ["hpa:60", "feed-forward:1.6", "hpa:60"],
};
const place = { access: {} as ApiAccess, namespace: "karma-shop" };
const workload = { ratePerS: Float64Array.of(100), stepMs: 1_000, faults: [] };

test("each opponent plays once, in our loop, live and on the twin", () => {
  const players = livePlayers(spec);
  expect(players.map(({ name }) => name)).toEqual(["hpa:60", "feed-forward:1.6"]);
  for (const { autoscaler, controller } of players) {
    expect(autoscaler).toBeDefined();
    expect(controller).toBeUndefined();
  }
});

test("a real HPA scales by itself, and on the twin its rule does", () => {
  const [player] = livePlayers({ ...spec, place, against: ["kubernetes-hpa:70"] });
  expect(player).toMatchObject({ name: "kubernetes-hpa:70", controller: expect.any(Function) });
  expect(player!.autoscaler).toBeUndefined();
  expect(player!.onTwin(workload).name).toBe("hpa:70");
});

test.each([
  { against: ["kubernetes-hpa"], where: undefined, says: /it is Kubernetes' own/ },
  { against: ["hpaa"], where: undefined, says: /unknown autoscaler/ },
  { against: ["kubernetes-hpa:nope=1"], where: place, says: /nope/ },
])("$against is refused before anything runs", ({ against, where, says }) => {
  expect(() => livePlayers({ ...spec, place: where, against })).toThrow(says);
});
