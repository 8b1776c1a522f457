import { expect, test } from "vitest";
import { checkParallelEnv } from "../../../src/team/env/checker/check-parallel-env.ts";
import { checks } from "../../../src/team/env/checker/finding.ts";
import { mutants } from "./mutants.ts";
import { createWalkers } from "./walkers.ts";

test("a complete environment has no findings", () => {
  expect(checkParallelEnv(createWalkers)).toEqual([]);
});

test.each(mutants)("$fault is named: $check", ({ check, create }) => {
  const findings = checkParallelEnv(create);
  expect(findings.map((finding) => finding.check)).toContain(check);
  expect(findings.find((finding) => finding.check === check)!.message).not.toBe("");
});

test("every check turns red on some mutant", () => {
  const turned = new Set(mutants.map(({ check }) => check));
  expect(Object.keys(checks).filter((check) => !turned.has(check as keyof typeof checks))).toEqual([]);
});
