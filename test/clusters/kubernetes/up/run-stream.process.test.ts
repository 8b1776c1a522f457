import { expect, test } from "vitest";
import { runLong } from "../../../../src/clusters/kubernetes/up/run-stream.ts";

test("a program's end, its output and each line of its standard error are told", async () => {
  const lines: string[] = [];
  const script = "cat; echo one >&2; echo two >&2; exit 3";
  const answer = await runLong("sh", ["-c", script], { input: "hello", onLine: (line) => lines.push(line) });
  expect(answer).toEqual({ exitCode: 3, isThere: true, stdout: "hello", stderr: "one\ntwo" });
  expect(lines).toEqual(["one", "two"]);
});

test("a program that is not there is no failure of ours", async () => {
  expect(await runLong("karma-nosuch-program", [])).toMatchObject({ isThere: false, exitCode: undefined });
});

test("aborted, a program ends with all that it started, and the reason is told", async () => {
  const stop = new AbortController();
  let pid = 0;
  const running = runLong("sh", ["-c", "sleep 300 & echo $! >&2; wait"], {
    signal: stop.signal,
    onLine: (line) => {
      pid = Number(line);
      stop.abort(new Error("stopped"));
    },
  });
  await expect(running).rejects.toThrow("stopped");
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

test("one that does not end when it is asked to is ended", async () => {
  const stop = new AbortController();
  const running = runLong("sh", ["-c", "trap '' TERM; echo up >&2; while :; do sleep 1; done"], {
    signal: stop.signal,
    onLine: () => stop.abort(new Error("stopped")),
  });
  await expect(running).rejects.toThrow("stopped");
});

test("what is aborted already is not started", async () => {
  await expect(runLong("sh", ["-c", "exit 0"], { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
