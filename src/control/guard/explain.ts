import { guardVerdicts } from "./guard.ts";

type Sentence = { readonly bit: number; readonly sentence: string };

const sentences: readonly Sentence[] = [
  { bit: guardVerdicts.notANumber, sentence: "the autoscaler gave no number: size held" },
  { bit: guardVerdicts.missing, sentence: "readings are missing: size held" },
  { bit: guardVerdicts.stale, sentence: "readings are stale: size held" },
  { bit: guardVerdicts.aboveMaximum, sentence: "cut to the maximum replicas" },
  { bit: guardVerdicts.belowMinimum, sentence: "raised to the minimum replicas" },
  { bit: guardVerdicts.tooFastUp, sentence: "growth cut to the largest step up" },
  { bit: guardVerdicts.tooFastDown, sentence: "shrinking cut to the largest step down" },
];

const cpuSentences: readonly Sentence[] = [
  { bit: guardVerdicts.notANumber, sentence: "the autoscaler gave no number of millicores: CPU held" },
  { bit: guardVerdicts.missing, sentence: "readings are missing: CPU held" },
  { bit: guardVerdicts.stale, sentence: "readings are stale: CPU held" },
  { bit: guardVerdicts.aboveMaximum, sentence: "CPU cut to the most a replica may have" },
  { bit: guardVerdicts.belowMinimum, sentence: "CPU raised to the least a replica may have" },
  { bit: guardVerdicts.tooFastUp, sentence: "growth of CPU cut to the largest step up" },
  { bit: guardVerdicts.tooFastDown, sentence: "shrinking of CPU cut to the largest step down" },
];

/** A verdict in words, one sentence per rule that spoke; empty when the proposal passed as it was. */
export function explainVerdict(verdict: number): string[] {
  return spoken(sentences, verdict);
}

/** The same for a verdict on the CPU limit of replicas. */
export function explainCpuVerdict(verdict: number): string[] {
  return spoken(cpuSentences, verdict);
}

function spoken(all: readonly Sentence[], verdict: number): string[] {
  return all.filter(({ bit }) => (verdict & bit) !== 0).map(({ sentence }) => sentence);
}
