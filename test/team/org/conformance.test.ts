import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { conformance } from "./conformance-rows.ts";

describe("an element of MOISE+", () => {
  test.each(conformance)("$element: $does; without it: $otherwise", ({ withIt, without, expected, expectedElse }) => {
    expect(expected).not.toEqual(expectedElse);
    expect(withIt()).toEqual(expected);
    expect(without()).toEqual(expectedElse);
  });
});

test("docs/moise.md says the same of each, in the same order", () => {
  const page = readFileSync(new URL("../../../docs/moise.md", import.meta.url), "utf8");
  const section = page.split(/^## /m).find((text) => text.startsWith("What each element does"));
  const rows = [...section!.matchAll(/^\| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(([, ...cells]) => cells);
  const [head, ...body] = rows;
  expect(head).toEqual(["Element", "With it", "Without it"]);
  expect(body).toEqual(conformance.map(({ element, does, otherwise }) => [element, does, otherwise]));
});
