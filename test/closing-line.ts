import type { Reporter, TestModule } from "vitest/node";

/**
 * Prints the counts of a run alone on its last line, for machines that read logs; before it, what passed only when it
 * was tried again, as that may be a race.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const again: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        count[test.result().state]++;
        if (test.diagnostic()?.flaky === true) again.push(test.fullName);
      }
      count.failed += module.errors().length;
    }
    // After the default reporter, which prints its summary in the same hook.
    setImmediate(() => {
      for (const name of again) process.stdout.write(`passed only when tried again: ${name}\n`);
      process.stdout.write(
        `${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped\n`,
      );
    });
  }
}
