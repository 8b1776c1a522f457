import { expect, test } from "vitest";
import { createAutoscaler } from "../../../src/control/autoscalers/autoscalers.ts";
import { splitAutoscalerSpecs } from "../../../src/control/autoscalers/spec.ts";
import { KarmaError } from "../../../src/core/errors.ts";
import { chainContext, chainReadings } from "./chain.ts";

function sizesOf(spec: string): number[] {
  const readings = chainReadings(0, { cpu: 0.6, desired: 4, entryPerS: 300 });
  return createAutoscaler(spec, chainContext())
    .decide(readings)
    .map(({ replicas }) => replicas);
}

test.each([
  ["hpa", [4, 4]],
  ["hpa:30", [8, 8]],
  ["hpa:target=30,down=120", [8, 8]],
  ["hpa:target=50,tolerance=0.2", [4, 4]],
  // CPU seen: 2.4 pods for 300 requests/s, averaged with the declared 3 and 1.5.
  ["feed-forward:1", [3, 2]],
  ["feed-forward:2", [6, 4]],
  ["feed-forward:holt=60", [4, 3]],
  ["fixed:3", [3, 3]],
  ["fixed:min=1.5", [3, 3]],
  ["fixed:mean=2", [6, 3]],
  ["fixed", [5, 3]],
])("the spec %s is understood", (spec, sizes) => {
  expect(sizesOf(spec)).toEqual(sizes);
});

test.each([
  ["hap", 'unknown autoscaler "hap"; did you mean "hpa"?', "known autoscalers: hpa, feed-forward, fixed"],
  ["toString", 'unknown autoscaler "toString"', "known autoscalers"],
  ["", 'unknown autoscaler ""', "known autoscalers"],
  ["hpa:sixty", 'expected target to be a number >= 0, got "sixty"', "hpa:target=60"],
  ["hpa:", 'expected target to be a number >= 0, got ""', "hpa:target=60"],
  ["hpa:target=", 'expected target to be a number >= 0, got ""', "hpa:target=60"],
  ["hpa:0", "expected target in per cent, got 0", "write hpa:60"],
  ["hpa:tolerance=1", "expected tolerance in [0, 1), got 1", "Kubernetes' is 0.1"],
  ["hpa:targt=60", 'has no option "targt"; did you mean "target"?', "it has: target, tolerance, up, down"],
  ["feed-forward:holt=-1", 'expected holt to be a number >= 0, got "-1"', "feed-forward:holt=60"],
  ["fixed:2.5", "expected a whole number of replicas, got 2.5", "fixed:mean=1.5"],
  ["fixed:3,mean=2", "expected one of replicas, min and mean", "fixed:3"],
])("the spec %j is refused with a hint", (spec, message, hint) => {
  let thrown: unknown;
  try {
    createAutoscaler(spec, chainContext());
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof KarmaError)) throw new Error(`no KarmaError for ${spec}`);
  expect(thrown.code).toBe("USAGE");
  expect(thrown.message).toContain(message);
  expect(thrown.hint).toContain(hint);
});

test("sizes for the mean need a known rate", () => {
  const { topology, timing } = chainContext();
  expect(() => createAutoscaler("fixed", { topology, timing })).toThrow("a run whose rate is known");
});

test.each([
  ["hpa,feed-forward,fixed", ["hpa", "feed-forward", "fixed"]],
  ["hpa:60,down=120,feed-forward:1.25,holt=60", ["hpa:60,down=120", "feed-forward:1.25,holt=60"]],
  ["hpa,down=120, fixed:3", ["hpa:down=120", "fixed:3"]],
  ["", []],
])("the list %j is parted into specs", (list, specs) => {
  expect(splitAutoscalerSpecs(list)).toEqual(specs);
});
