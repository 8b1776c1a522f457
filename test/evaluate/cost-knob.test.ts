import { expect, test } from "vitest";
import { costKnobOf } from "../../src/evaluate/cost-knob.ts";

test.each([
  ["hpa", 1, 2, "hpa:target=30"],
  ["hpa:60", 1, 1.5, "hpa:target=40"],
  ["hpa:60/80,down=60,up-select=min", 1, 2, "hpa:target=30/40,down=60,up-select=min"],
  ["hpa:rps=80/40", 1, 2, "hpa:rps=40/20"],
  ["hpa:60,rps=80", 1, 2, "hpa:target=30,rps=40"],
  ["hpa:4", 1, 8, "hpa:target=1"],
  ["keda:drain=30", 1, 0.5, "keda:drain=30,target=140"],
  ["keda:rps=80,activation=5", 1, 2, "keda:rps=40,activation=5"],
  ["feed-forward", 1.25, 2, "feed-forward:multiplier=2"],
  ["feed-forward:1.4,holt=60,down=30", 1.4, 1.5, "feed-forward:multiplier=1.5,holt=60,down=30"],
  ["local:holt=60", 1.25, 1.5, "local:multiplier=1.5,holt=60"],
  ["oracle:90", 1.25, 1.5, "oracle:multiplier=1.5,horizon=90"],
  ["vpa", 1, 2, "vpa:margin=1.3"],
  ["vpa:95,margin=0.5,age=0", 1, 2, "vpa:margin=2,percentile=95,age=0"],
  ["vpa", 1, 0.5, "vpa:margin=0"],
  ["fixed", 1 / 0.6, 2, "fixed:mean=2"],
  ["fixed:mean=3", 3, 2, "fixed:mean=2"],
  ["fixed:min=3", 3, 2, "fixed:min=2"],
])("the knob of %s stands at %d; at %d it is %s", (spec, own, knob, turned) => {
  const found = costKnobOf(spec)!;
  expect(found.own).toBe(own);
  expect(found.specAt(knob)).toBe(turned);
});

test.each(["random", "random:step=3", "untrained", "fixed:3"])("%s has no setting that its cost follows", (spec) => {
  expect(costKnobOf(spec)).toBeUndefined();
});
