import { guardVerdicts } from "./guard.ts";

const sentences: readonly { readonly bit: number; readonly sentence: string }[] = [
  { bit: guardVerdicts.notANumber, sentence: "the autoscaler gave no number: size held" },
  { bit: guardVerdicts.missing, sentence: "readings are missing: size held" },
  { bit: guardVerdicts.stale, sentence: "readings are stale: size held" },
  { bit: guardVerdicts.aboveMaximum, sentence: "cut to the maximum replicas" },
  { bit: guardVerdicts.belowMinimum, sentence: "raised to the minimum replicas" },
  { bit: guardVerdicts.tooFastUp, sentence: "growth cut to the largest step up" },
  { bit: guardVerdicts.tooFastDown, sentence: "shrinking cut to the largest step down" },
];

/** A verdict in words, one sentence per rule that spoke; empty when the proposal passed as it was. */
export function explainVerdict(verdict: number): string[] {
  return sentences.filter(({ bit }) => (verdict & bit) !== 0).map(({ sentence }) => sentence);
}
