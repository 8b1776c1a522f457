import { expect, test } from "vitest";
import { quantityToMiB, quantityToMilli, quantityToNumber } from "../../../src/clusters/kubernetes/quantity.ts";

test.each([
  ["0", 0],
  ["2", 2],
  ["1.5", 1.5],
  [".5", 0.5],
  ["250m", 0.25],
  ["181743217n", 0.181743217],
  ["12u", 12e-6],
  ["1e3", 1_000],
  ["2E", 2e18],
  ["4k", 4_000],
  ["512Mi", 512 * 2 ** 20],
  ["4038672Ki", 4_038_672 * 2 ** 10],
])("%s is %d", (text, value) => {
  expect(quantityToNumber(text)).toBeCloseTo(value, 12);
});

test("CPU comes in millicores, memory in MiB", () => {
  expect(quantityToMilli("1950m")).toBeCloseTo(1_950, 9);
  expect(quantityToMiB("2Gi")).toBe(2_048);
});

test.each(["", "m", "1 Gi", "1mi", "--1", "1e", "NaN"])("%j is none", (text) => {
  expect(() => quantityToNumber(text)).toThrow("not a quantity of Kubernetes");
});
