import { expect, test } from "vitest";
import { type PlaySpec, tuneInHindsight, tuneOnTraining } from "../../src/evaluate/frontier-tuning.ts";
import { outcomeOf } from "./outcome-of.ts";

/** What each spec does: [pod-seconds, violating share]; and which specs were played. */
function playing(table: Readonly<Record<string, readonly [number, number]>>): { play: PlaySpec; played: string[] } {
  const played: string[] = [];
  return {
    played,
    play: async (spec) => {
      played.push(spec);
      const [podSeconds, share] = table[spec]!;
      return [outcomeOf(podSeconds, share)];
    },
  };
}

const specs = ["a", "b", "c"];
/** On training data c is beaten by b, on test data b by c. */
const training = { a: [10, 0.1], b: [20, 0.01], c: [30, 0.02] } as const;
const test_ = { a: [10, 0.1], b: [20, 0.05], c: [15, 0.001] } as const;

test("tuned settings are picked on training data, and only those are played on test data", async () => {
  const onTraining = playing(training);
  const onTest = playing(test_);
  const { pickedOn, picked, settings } = await tuneOnTraining(specs, onTraining.play, onTest.play);
  expect(pickedOn).toBe("training");
  expect(onTraining.played).toEqual(specs);
  expect(picked.map(({ spec, violatingShare }) => [spec, violatingShare])).toEqual([
    ["a", 0.1],
    ["b", 0.01],
  ]);
  expect(onTest.played).toEqual(["a", "b"]);
  expect(settings.map(({ spec, outcomes }) => [spec, outcomes[0]!.podSeconds])).toEqual([
    ["a", 10],
    ["b", 20],
  ]);
});

test("in hindsight all settings are played on test data, and it says so", async () => {
  const onTest = playing(test_);
  const { pickedOn, picked, settings } = await tuneInHindsight(specs, onTest.play);
  expect(pickedOn).toBe("test");
  expect(settings).toHaveLength(3);
  expect(picked.map(({ spec }) => spec)).toEqual(["a", "c"]);
});
