import type { Reporter, TestModule } from "vitest/node";

/** Prints the counts of a run alone on its last line, for machines that read logs. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++;
      count.failed += module.errors().length;
    }
    // After the default reporter, which prints its summary in the same hook.
    setImmediate(() => {
      process.stdout.write(
        `${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped\n`,
      );
    });
  }
}
