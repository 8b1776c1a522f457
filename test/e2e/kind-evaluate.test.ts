import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readyKind } from "./kind-fixture.ts";
import { type KindPlace, createKindPlace } from "./kind-karma.ts";

/** A contest with a real HPA, and what a transfer leaves by default: `npm run test:kind`. */
const kind = await readyKind();

const cluster = `karma-evaluate-${process.pid}`;
const context = `kind-${cluster}`;

describe.skipIf(!kind.isReady)("on a cluster of kind", () => {
  let place: KindPlace;
  const kubectl = (...args: readonly string[]): Promise<string> =>
    place.tool("kubectl", "--context", context, "-n", "karma-small", ...args);

  async function hpas(): Promise<readonly Hpa[]> {
    return (JSON.parse(await kubectl("get", "hpa", "-o", "json")) as { items: Hpa[] }).items;
  }

  beforeAll(async () => {
    place = createKindPlace();
    const file = place.topology("small");
    const scenario = { length_s: 300, seed: 1, arrivals: { process: "poisson", volume_per_s: 8 } };
    writeFileSync(join(place.folder, "scenario.json"), JSON.stringify(scenario));
    const image = kind.isReady && kind.nodeImage !== undefined ? ["--node-image", kind.nodeImage] : [];
    const small = ["--request-share", "0.25", "--time-scale", "10"];
    const up = await place.karma("cluster", "up", file, "--cluster", cluster, ...small, ...image, "--json");
    expect(up.code, up.stderr).toBe(0);
    const trained = await place.karma("train", file, "--steps", "10240", "--time-scale", "10");
    expect(trained.code, trained.stderr).toBe(0);
  }, 400_000);

  afterAll(async () => {
    await place.karma("cluster", "down", "--all");
    await place.tool("kind", "delete", "cluster", "--name", cluster);
    if (kind.isReady) await kind.down();
    place.remove();
  }, 120_000);

  test("a real HPA plays beside the team, and leaves none", { timeout: 400_000, retry: 0 }, async () => {
    const args = ["small.json", "--on", "kind", "--against", "kubernetes-hpa", "--json"];
    const { code, stdout, stderr } = await place.karma("evaluate", ...args);
    expect(code, stderr).toBe(0);
    const { plays, on } = JSON.parse(stdout) as { plays: Play[]; on: string };
    expect(on).toBe("kind");
    expect(plays.map(({ autoscaler }) => autoscaler)).toEqual(["team", "kubernetes-hpa"]);
    for (const { live } of plays) expect(live.requests).toBeGreaterThan(100);
    expect(await hpas()).toEqual([]);
  });

  test("a transfer leaves an HPA for each service by default", { timeout: 200_000, retry: 0 }, async () => {
    const { code, stdout, stderr } = await place.karma("transfer", "small.json", "--mode", "live", "--json");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ mode: "live", on: "kind", onExit: "hpa" });
    const left = await hpas();
    expect(left.map(({ metadata }) => metadata.name).sort()).toEqual(["gate", "narrow"]);
    for (const { spec } of left) {
      expect(spec.scaleTargetRef).toMatchObject({ kind: "Deployment" });
      // 60 % of the limit, of which a quarter is requested.
      expect(spec.metrics[0]).toMatchObject({ resource: { name: "cpu", target: { averageUtilization: 240 } } });
    }
  });
});

type Play = { readonly autoscaler: string; readonly live: { readonly requests: number } };

type Hpa = {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly scaleTargetRef: object; readonly metrics: readonly object[] };
};
