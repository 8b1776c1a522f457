import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Pod, PodWorld } from "../../../src/clusters/local/pod.ts";
import { ReplicaSet } from "../../../src/clusters/local/replica-set.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Processes that exist only as callbacks: they listen after 100 ms and end when they are told to. */
type FakeProcess = { readonly pod: string; readonly signals: string[]; exit(how: string): void };

function createWorld(over: Partial<PodWorld> = {}) {
  const events: string[] = [];
  const processes: FakeProcess[] = [];
  const world: PodWorld = {
    nowMs: () => Date.now(),
    timeScale: 1,
    periods: { startingMs: 10, readyMs: 1_000, timeoutMs: 100, failures: 3 },
    preStopMs: 20,
    graceMs: 500,
    start(pod, onListening, onExit) {
      const signals: string[] = [];
      processes.push({ pod: pod.name, signals, exit: onExit });
      setTimeout(() => onListening(1_000 + processes.length), 100);
      return {
        identity: { pid: processes.length, started: "now" },
        order: () => {},
        resize: () => {},
        kill(signal) {
          signals.push(signal);
          if (signal === "SIGKILL") setTimeout(() => onExit("SIGKILL"), 1);
        },
      };
    },
    ask: () => Promise.resolve(true),
    onEvent: (pod, kind) => events.push(`${pod.name} ${kind}`),
    ...over,
  };
  const replicas = new ReplicaSet("a", world, () => undefined);
  return { replicas, events, processes, take: () => events.splice(0) };
}

const names = (pods: readonly Pod[]): string[] => pods.map(({ name }) => name);

test("pods are created up to the desired size and become ready", async () => {
  const { replicas, take } = createWorld();
  replicas.scale(2);
  expect(take()).toEqual(["a-1 created", "a-2 created"]);
  expect(replicas.ready).toEqual([]);
  await vi.advanceTimersByTimeAsync(110);
  expect(take()).toEqual(["a-1 ready", "a-2 ready"]);
  expect(names(replicas.ready)).toEqual(["a-1", "a-2"]);
});

test("a terminated pod leaves the ready ones at once, gets SIGTERM after the pre-stop wait, then SIGKILL", async () => {
  const { replicas, processes, take } = createWorld();
  replicas.scale(2);
  await vi.advanceTimersByTimeAsync(110);
  take();
  replicas.scale(1);
  expect(take()).toEqual(["a-2 terminating"]);
  expect(names(replicas.ready)).toEqual(["a-1"]);
  expect(processes[1]!.signals).toEqual([]);
  await vi.advanceTimersByTimeAsync(20);
  expect(processes[1]!.signals).toEqual(["SIGTERM"]);
  await vi.advanceTimersByTimeAsync(510);
  expect(processes[1]!.signals).toEqual(["SIGTERM", "SIGKILL"]);
  expect(take()).toEqual(["a-2 gone"]);
  expect(names(replicas.pods)).toEqual(["a-1"]);
});

test("a crashed pod restarts at once the first time, and waits the second time", async () => {
  const { replicas, processes, take } = createWorld();
  replicas.scale(1);
  await vi.advanceTimersByTimeAsync(110);
  take();
  processes[0]!.exit("exit code 1");
  expect(replicas.ready).toEqual([]);
  await vi.advanceTimersByTimeAsync(110);
  expect(take()).toEqual(["a-1 crashed", "a-1 restarted", "a-1 ready"]);
  processes[1]!.exit("exit code 1");
  await vi.advanceTimersByTimeAsync(9_900);
  expect(take()).toEqual(["a-1 crashed"]);
  await vi.advanceTimersByTimeAsync(300);
  expect(take()).toEqual(["a-1 restarted", "a-1 ready"]);
});

test("a pod that waits for its next start is terminated at once and never starts again", async () => {
  const { replicas, processes, take } = createWorld();
  replicas.scale(2);
  await vi.advanceTimersByTimeAsync(110);
  processes[1]!.exit("exit code 1");
  await vi.advanceTimersByTimeAsync(110);
  processes[2]!.exit("exit code 1");
  take();
  replicas.scale(1);
  expect(take()).toEqual(["a-2 terminating", "a-2 gone"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(processes).toHaveLength(3);
  expect(take()).toEqual([]);
});

test("a restart brings the new pod first, and a scale-down on the way still ends at the desired size", async () => {
  const { replicas, take } = createWorld();
  replicas.scale(2);
  await vi.advanceTimersByTimeAsync(110);
  take();
  replicas.restart();
  expect(take()).toEqual(["a-3 created"]);
  expect(names(replicas.ready)).toEqual(["a-1", "a-2"]);
  replicas.scale(1);
  expect(take()).toEqual(["a-3 terminating", "a-1 terminating"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(names(replicas.ready)).toEqual(["a-2"]);
});

test("pod-seconds count every existing pod, starting and terminating ones too", async () => {
  const { replicas } = createWorld();
  replicas.scale(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(replicas.podTime().podSeconds).toBeCloseTo(20);
  replicas.scale(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(replicas.podTime().podSeconds).toBeCloseTo(20 + 10 + 0.521, 2);
});

test("pods are counted by the size they have, from when they have it", async () => {
  const { replicas } = createWorld();
  replicas.scale(2);
  await vi.advanceTimersByTimeAsync(10_000);
  replicas.setSizeShare(0.5);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(replicas.podTime().podSeconds).toBeCloseTo(40);
  expect(replicas.podTime().sizedPodSeconds).toBeCloseTo(30);
});

test("stopped, it kills all and starts nothing", async () => {
  const { replicas, processes } = createWorld();
  replicas.scale(3);
  await vi.advanceTimersByTimeAsync(110);
  replicas.stop();
  await vi.advanceTimersByTimeAsync(5);
  expect(replicas.pods).toEqual([]);
  replicas.scale(3);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(processes).toHaveLength(3);
});

test("a pod that no longer answers becomes unready and keeps its process", async () => {
  let answers = true;
  const { replicas, take, processes } = createWorld({ ask: () => Promise.resolve(answers) });
  replicas.scale(1);
  await vi.advanceTimersByTimeAsync(110);
  answers = false;
  await vi.advanceTimersByTimeAsync(3_100);
  expect(take()).toEqual(["a-1 created", "a-1 ready", "a-1 unready"]);
  answers = true;
  await vi.advanceTimersByTimeAsync(20);
  expect(take()).toEqual(["a-1 ready"]);
  expect(processes).toHaveLength(1);
});
