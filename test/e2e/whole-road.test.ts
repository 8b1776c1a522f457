import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { callSupervisor } from "../../src/clusters/local/call-supervisor.ts";
import type { ClusterState } from "../../src/clusters/local/state.ts";
import { createWorkplace, type Workplace } from "./karma.ts";
import { readyKind } from "./kind-fixture.ts";
import { untilNoneUses } from "./leftovers.ts";

/**
 * The whole road as a user types it in an empty folder. On Kubernetes with `npm run test:kind`, on local processes
 * always.
 */
const kind = await readyKind();

const services = ["service1", "service2"];
const scenario = {
  length_s: 600,
  seed: 1,
  arrivals: {
    process: "poisson",
    volume_per_s: 20,
    flash_crowds: [{ at_s: 150, factor: 4, ramp_s: 15, hold_s: 150, decay_s: 30 }],
  },
  faults: [{ kind: "kill-pod", service: "service2", at_s: 450 }],
};

/** Sizes of each service as the API has them, one after another; ends when it is told. */
type SizeWatch = { end(): Promise<ReadonlyMap<string, readonly number[]>> };

type Road = {
  readonly on: string;
  readonly up: readonly string[];
  readonly watch: (place: Workplace) => Promise<SizeWatch>;
  /** What is left of the cluster after `cluster down`. */
  readonly left: (place: Workplace) => Promise<readonly string[]>;
};

function sizesOf(lines: readonly (readonly [service: string, replicas: number])[]): Map<string, number[]> {
  const sizes = new Map<string, number[]>(services.map((service) => [service, []]));
  for (const [service, replicas] of lines) {
    const own = sizes.get(service)!;
    if (own.at(-1) !== replicas) own.push(replicas);
  }
  return sizes;
}

/** Asks the supervisor ten times a second; the loop decides every 1.5 s. */
async function watchLocal({ stateDir }: Workplace): Promise<SizeWatch> {
  const state = JSON.parse(readFileSync(join(stateDir, "clusters", "shop", "state.json"), "utf8")) as ClusterState;
  const lines: (readonly [string, number])[] = [];
  const stop = new AbortController();
  const looking = (async () => {
    while (!stop.signal.aborted) {
      const status = await callSupervisor<"status">(state, { verb: "status" });
      for (const { service, desired } of status.services) lines.push([service, desired]);
      await sleep(100);
    }
  })();
  return {
    async end() {
      stop.abort();
      await looking;
      return sizesOf(lines);
    },
  };
}

/** Watches the Deployments in the API server: no change is missed. */
async function watchKind(): Promise<SizeWatch> {
  const path = 'jsonpath={.metadata.name} {.spec.replicas}{"\\n"}';
  const args = ["-n", "karma-shop", "get", "deployments", "--watch", "-o", path];
  const watch: ChildProcess = spawn("kubectl", args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void watch.kill("SIGKILL"));
  let text = "";
  watch.stdout!.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await expect.poll(() => text.split("\n").length, { timeout: 30_000 }).toBeGreaterThan(services.length);
  return {
    async end() {
      await sleep(1_000);
      watch.kill();
      const lines = text
        .trim()
        .split("\n")
        .map((line) => line.split(" "));
      return sizesOf(lines.map(([service, replicas]) => [service!, Number(replicas)] as const));
    },
  };
}

/** Contexts of a test are nobody else's: every process started from here on finds its own kubeconfig. */
function useOwnKubeconfig(): void {
  const before = process.env["KUBECONFIG"];
  const folder = mkdtempSync(join(tmpdir(), "karma-road-"));
  process.env["KUBECONFIG"] = join(folder, "kubeconfig");
  onTestFinished(() => {
    if (before === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = before;
    rmSync(folder, { recursive: true, force: true });
  });
}

const roads: readonly Road[] = [
  {
    on: "local",
    up: ["--on", "local"],
    watch: watchLocal,
    left: async (place) => untilNoneUses(place.stateDir),
  },
  {
    on: "kind",
    up: ["--request-share", "0.05"].concat(
      kind.isReady && kind.nodeImage !== undefined ? ["--node-image", kind.nodeImage] : [],
    ),
    watch: watchKind,
    left: async () => {
      const clusters = await execa("kind", ["get", "clusters"]);
      const containers = await execa("docker", ["ps", "-a", "--format", "{{.Names}}"]);
      return `${clusters.stdout}\n${containers.stdout}`.split("\n").filter((name) => name.startsWith("karma-shop"));
    },
  },
];

type Decision = {
  readonly service: string;
  readonly from: number;
  readonly applied: number;
  readonly id: number;
};

/** What the log says of each service's size: the first one, and every change. */
function decided(place: Workplace): { readonly sizes: Map<string, number[]>; readonly effects: number } {
  const text = readFileSync(join(place.folder, "runs", "shop-seed1", "decisions.jsonl"), "utf8");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string } & Decision);
  const decisions = lines.filter(({ kind: what }) => what === "decision");
  return {
    sizes: sizesOf(
      decisions.flatMap(({ service, from, applied }) => [[service, from] as const, [service, applied] as const]),
    ),
    effects: lines.filter(({ kind: what }) => what === "effect").length,
  };
}

test.each(roads.filter(({ on }) => on === "local" || kind.isReady))(
  "the whole road on $on: sizes in the API follow the decision log one to one, and nothing is left",
  async ({ on, up, watch, left }) => {
    useOwnKubeconfig();
    const place = createWorkplace();
    const { folder, run } = place;
    expect(await run("init", "shop", "--from", "karma-two-services")).toMatchObject({ code: 0 });
    writeFileSync(join(folder, "scenario.json"), JSON.stringify(scenario));
    const isUp = await run("cluster", "up", ...up, "--scale", "0.25", "--time-scale", "10");
    expect(isUp).toMatchObject({ code: 0, stdout: expect.stringContaining("shop is up") });
    expect(await run("train", "--steps", "40960")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("time x 10"),
    });

    const watching = await watch(place);
    const moved = await run("transfer", "--mode", "live", "--on-exit", "keep", "--json");
    const sizes = await watching.end();

    expect(moved.code, moved.stderr).toBe(0);
    expect(JSON.parse(moved.stdout)).toMatchObject({ on, mode: "live", onExit: "keep" });
    const log = decided(place);
    expect(sizes).toEqual(log.sizes);
    expect([...log.sizes.values()].flat().length, "the crowd moved nothing").toBeGreaterThan(services.length);
    expect(log.effects).toBeGreaterThan(0);
    expect(await run("explain", "--all", "--service", "service2")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/service2 \d+ -> \d+\n {4}seen .+\n/),
    });
    expect(await run("cluster", "down")).toMatchObject({ code: 0 });
    expect(await left(place)).toEqual([]);
  },
);
