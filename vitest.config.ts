import { type ViteUserConfig, defineConfig } from "vitest/config";

/** Left alone, vitest keeps one core for itself: of two, that would be half. */
const maxWorkers = "100%";

/**
 * unit      pure wings and everything that is fast
 * process   tests that start real processes: one file at a time, because they share two cores; tried twice, because a
 *           shared machine may take the CPU away for seconds
 * learning  tiny games with a known optimum, several seeds
 * fidelity  the twins and the calibrator against real mocks, alone on a quiet machine: minutes
 * e2e       whole walks through the command line
 */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", "./test/closing-line.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.process.test.ts", "test/learning/**", "test/e2e/**", "test/fidelity/**"],
          maxWorkers,
        },
      },
      {
        test: {
          name: "process",
          include: ["test/**/*.process.test.ts"],
          exclude: ["test/e2e/**"],
          fileParallelism: false,
          retry: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "fidelity",
          include: ["test/fidelity/**/*.test.ts"],
          testTimeout: 900_000,
          fileParallelism: false,
        },
      },
      { test: { name: "learning", include: ["test/learning/**/*.test.ts"], testTimeout: 600_000, maxWorkers } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          retry: 1,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

export default config;
