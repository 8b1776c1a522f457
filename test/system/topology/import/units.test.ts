import { expect, test } from "vitest";
import { binaryKiB, goDurationMs, quantityOf, shareOf } from "../../../../src/system/topology/import/units.ts";

test.each([
  ["5ms", 5],
  ["1.5s", 1_500],
  ["1m30s", 90_000],
  ["250us", 0.25],
  ["0", 0],
  ["5", undefined],
  ["ms", undefined],
  ["5 ms", undefined],
  ["-5ms", undefined],
])("the duration %s is %s ms", (text, ms) => {
  expect(goDurationMs(text)).toBe(ms);
});

test.each([
  ["2%", 0.02],
  [0.02, 0.02],
  [1, 1],
  ["0.02", undefined],
  ["120%", undefined],
  [-1, undefined],
  [null, undefined],
])("the share %j is %s", (value, share) => {
  expect(shareOf(value)).toBe(share);
});

test.each([
  ["250m", 0.25],
  ["0.5", 0.5],
  [2, 2],
  ["256Mi", 268_435_456],
  ["1G", 1e9],
  ["0", undefined],
  ["250 m", undefined],
  ["-1", undefined],
  [0, undefined],
  [true, undefined],
])("the quantity %j is %s", (value, amount) => {
  expect(quantityOf(value)).toBe(amount);
});

test.each([
  [2_048, 2],
  ["2 KB", 2],
  ["1.5KiB", 1.5],
  ["512", 0.5],
  ["1 MB", 1_024],
  [0, 0],
  ["2 apples", undefined],
  [-1, undefined],
  [null, undefined],
])("the size %j is %s KiB", (value, sizeKiB) => {
  expect(binaryKiB(value)).toBe(sizeKiB);
});
