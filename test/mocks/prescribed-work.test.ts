import { expect, test } from "vitest";
import { prescribedWorkMs } from "../../mocks/src/prescribed-work.ts";

test.each([
  ["0", 0],
  ["12.5", 12.5],
  ["60000", 60_000],
])("the header %j prescribes %d ms", (header, workMs) => {
  expect(prescribedWorkMs(header)).toBe(workMs);
});

test.each([undefined, "", "60000.1", "1e9", "Infinity", "-1", "NaN", "much", ["1", "2"]])(
  "the header %j prescribes nothing",
  (header) => {
    expect(prescribedWorkMs(header)).toBeUndefined();
  },
);
