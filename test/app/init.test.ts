import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Host } from "../../src/app/host.ts";
import { init, type InitRequest } from "../../src/app/init.ts";
import { readInputs } from "../../src/app/inputs.ts";
import { createProgress } from "../../src/host/progress.ts";
import { shippedTopologies } from "../../src/host/package-files.ts";

const cwd = mkdtempSync(join(tmpdir(), "karma-init-"));
afterAll(() => rmSync(cwd, { recursive: true }));
const host: Host = { cwd, progress: createProgress("quiet"), signal: new AbortController().signal };

async function initialised(folder: string, request: Partial<InitRequest>): Promise<ReturnType<typeof readInputs>> {
  await init({ folder, from: "karma-chained", isForced: false, ...request }, host);
  return readInputs({ cwd: join(cwd, folder) });
}

test.each(shippedTopologies())("init --from %s writes a topology and a scenario that fit together", async (from) => {
  const { topology, scenario } = await initialised(from, { from });
  expect(topology.services.length).toBeGreaterThan(0);
  expect(scenario.topology).toBeUndefined();
  expect(scenario.lengthS).toBeLessThanOrEqual(3_600);
});

test("the shop has eleven services, the single deployment one", async () => {
  expect((await initialised("a", { from: "shop" })).topology.services).toHaveLength(11);
  expect((await initialised("b", { from: "single" })).topology.services).toHaveLength(1);
});

test("init --random gives so many services, the same for the same seed", async () => {
  const { topology } = await initialised("c", { random: { services: 30, seed: 7 } });
  expect(topology.services).toHaveLength(30);
  await init({ folder: "d", from: "", random: { services: 30, seed: 7 }, isForced: false }, host);
  expect(readFileSync(join(cwd, "d/topology.json"))).toEqual(readFileSync(join(cwd, "c/topology.json")));
});

test.each([
  [{ from: "shoe" }, 'no shipped topology "shoe"; did you mean "shop"?'],
  [{ random: { services: 1_001, seed: 1 } }, "expected at most 1000 services, found 1001"],
])("%j is refused", async (request, message) => {
  await expect(initialised("e", request)).rejects.toThrow(message);
});

test("what is there stays, unless it is to be overwritten", async () => {
  await initialised("f", {});
  await expect(initialised("f", { from: "shop" })).rejects.toThrow("already there");
  expect((await initialised("f", { from: "shop", isForced: true })).topology.services).toHaveLength(11);
});
