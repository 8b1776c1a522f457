import { expect, test } from "vitest";
import { childTraceparent } from "../../mocks/src/traceparent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test("a call belongs to the trace of the request, with a parent of its own", () => {
  const child = childTraceparent(`00-${TRACE}-${SPAN}-00`);
  expect(child).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  expect(child).not.toContain(SPAN);
});

test.each([
  undefined,
  "",
  "undefined",
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
  `zz-${TRACE}-${SPAN}-01`,
])("without a valid header a new trace begins: %s", (incoming) => {
  const child = childTraceparent(incoming);
  expect(child).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(child).not.toContain(TRACE);
});
