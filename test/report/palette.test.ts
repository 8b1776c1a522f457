import { expect, test } from "vitest";
import { colourOf, darkPalette, lightPalette } from "../../src/report/palette.ts";

/** WCAG 2.1 relative luminance of #rrggbb. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

test.each([
  ["light", lightPalette],
  ["dark", darkPalette],
])("text and lines can be read on %s paper", (_, palette) => {
  expect(contrast(palette.ink, palette.paper)).toBeGreaterThan(7);
  expect(contrast(palette.muted, palette.paper)).toBeGreaterThan(4.5);
  const { line: _line, paper, ...marks } = palette;
  for (const [name, colour] of Object.entries(marks)) expect(contrast(colour, paper), name).toBeGreaterThan(3);
});

test("an autoscaler has the colour of its family, an unknown one has one all the same", () => {
  expect(colourOf("hpa:tuned")).toBe(colourOf("hpa:60"));
  expect(colourOf("feed-forward+holt:tuned")).not.toBe(colourOf("feed-forward:tuned"));
  expect(lightPalette[colourOf("toString")]).toMatch(/^#/);
});
