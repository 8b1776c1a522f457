import { expect, test } from "vitest";
import { createAutoscaler } from "../../../src/control/autoscalers/autoscalers.ts";
import { splitAutoscalerSpecs } from "../../../src/control/autoscalers/spec.ts";
import { KarmaError } from "../../../src/core/errors.ts";
import { chainContext, chainReadings } from "./chain.ts";

function sizesOf(spec: string): number[] {
  const readings = chainReadings(0, { cpu: 0.6, desired: 4, entryPerS: 300 });
  return createAutoscaler(spec, { ...chainContext(), futureRatePerS: (atMs) => (atMs < 45_000 ? 300 : 800) })
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
  // CPU at 60 % of 4 = 2.4 pods against 40 % and 60 %: ceil(1.5 x 4), and inside the tolerance.
  ["hpa:40/60", [6, 4]],
  // gate sees 300 requests/s, store 150.
  ["hpa:rps=50", [6, 4]],
  ["hpa:rps=50/25,tolerance=0", [6, 6]],
  ["hpa:60,rps=50", [6, 4]],
  ["hpa:rps=72", [4, 4]],
  ["hpa:rps=72,up-tolerance=0.01", [5, 4]],
  ["hpa:20,up-pods=3", [7, 7]],
  ["hpa:20,up-percent=50", [6, 6]],
  ["hpa:20,up-pods=3,up-percent=50,up-select=min", [6, 6]],
  ["hpa:20,up-select=disabled", [4, 4]],
  // A replica does 100 requests/s by what is declared: 50 % of it.
  ["keda:50", [6, 4]],
  ["keda:rps=60", [5, 4]],
  // It leaves their number alone, unless it is given.
  ["vpa", [4, 4]],
  ["vpa:95,age=0,margin=0.3,half-life=600,min=100/200", [4, 4]],
  ["vpa:replicas=3", [3, 3]],
  ["vpa:mean=2", [6, 3]],
  ["local:1", [3, 2]],
  ["local:2", [6, 4]],
  // 800 requests/s ahead, at .009 and .5 x .013 pods each: declared and seen, averaged.
  ["oracle:60,multiplier=1", [8, 6]],
])("the spec %s is understood", (spec, sizes) => {
  expect(sizesOf(spec)).toEqual(sizes);
});

test.each([
  [
    "hap",
    'unknown autoscaler "hap"; did you mean "hpa"?',
    "known autoscalers: hpa, keda, vpa, feed-forward, local, oracle, fixed, random",
  ],
  ["toString", 'unknown autoscaler "toString"', "known autoscalers"],
  ["", 'unknown autoscaler ""', "known autoscalers"],
  ["hpa:sixty", 'expected target to be a number >= 0, got "sixty"', "hpa:target=60"],
  ["hpa:", 'expected target to be a number >= 0, got ""', "hpa:target=60"],
  ["hpa:target=", 'expected target to be a number >= 0, got ""', "hpa:target=60"],
  ["hpa:0", "expected target in per cent, got 0", "write hpa:60"],
  ["hpa:tolerance=1", "expected tolerance in [0, 1), got 1", "Kubernetes' is 0.1"],
  ["hpa:targt=60", 'has no option "targt"; did you mean "target"?', "it has: target, rps, min, max, tolerance"],
  ["feed-forward:holt=-1", 'expected holt to be a number >= 0, got "-1"', "feed-forward:holt=60"],
  ["fixed:2.5", "expected a whole number of replicas, got 2.5", "fixed:mean=1.5"],
  ["hpa:rps=0", "expected rps above 0, got 0", "hpa:rps=80"],
  ["hpa:60/70/80", "expected target for 1 or 2 services, got 3", "target=60 for all"],
  ["hpa:60/", 'expected target to be a number >= 0, got ""', "hpa:target=60"],
  ["hpa:60,up-pods=0", "expected up-pods above 0, got 0", "up-select=disabled"],
  ["hpa:60,down-select=mean", 'expected down-select to be one of max, min, disabled, got "mean"', "down-select=max"],
  ["hpa:down-tolerance=1.5", "expected tolerance in [0, 1), got 1.5", "Kubernetes' is 0.1"],
  ["hpa:period=0", "expected period above 0 s, got 0", "period=15"],
  ["keda:rps=80,target=50", "expected one of target and rps", "keda:70"],
  ["keda:0", "expected a target above 0, got 0", "keda:70"],
  ["keda:drain=0", "expected drain above 0 s, got 0", "keda:drain=30"],
  ["keda:failures=3", "has no fallback for its options to apply to", "keda:fallback=6"],
  ["keda:fallback=1.5", "expected a whole number of fallback replicas, got 1.5", "keda:fallback=6"],
  ["vpa:101", "expected lower <= percentile <= upper <= 100, got lower 50, percentile 101, upper 101", "50, 90 and 95"],
  ["vpa:90,lower=95", "expected lower <= percentile <= upper <= 100, got lower 95", "50, 90 and 95"],
  ["vpa:min=0", "expected min and max in whole millicores above 0, got 0", "vpa:min=100"],
  ["vpa:max=100/200/300", "expected max for 1 or 2 services, got 3", "for all"],
  ["vpa:half-life=0", "expected half-life above 0 s, got 0", "vpa:half-life=600"],
  ["vpa:tolerance=2", "expected tolerance in [0, 1], got 2", "Kubernetes' is 0.5"],
  ["vpa:replicas=2.5", "expected a whole number of replicas, got 2.5", "vpa:mean=1.5"],
  ["vpa:replicas=2,mean=1", "expected one of replicas and mean", "vpa:replicas=4"],
  ["random:step=0", "expected step to be a whole number above 0, got 0", "random:step=3"],
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

test("the oracle needs a run whose arrivals are known", () => {
  expect(() => createAutoscaler("oracle:60", chainContext())).toThrow("arrivals that are known beforehand");
});

test("sizes for the mean need a known rate", () => {
  const { topology, timing } = chainContext();
  expect(() => createAutoscaler("fixed", { topology, timing })).toThrow("a run whose rate is known");
});

test.each([
  ["hpa,feed-forward,fixed", ["hpa", "feed-forward", "fixed"]],
  ["hpa:60,down=120,feed-forward:1.25,holt=60", ["hpa:60,down=120", "feed-forward:1.25,holt=60"]],
  ["hpa,down=120, fixed:3", ["hpa:down=120", "fixed:3"]],
  ["hpa:50/60,up-pods=4,down=120,keda", ["hpa:50/60,up-pods=4,down=120", "keda"]],
  ["", []],
])("the list %j is parted into specs", (list, specs) => {
  expect(splitAutoscalerSpecs(list)).toEqual(specs);
});
