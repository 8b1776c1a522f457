import { type ExactHpaSetting, thesisHpaSetting } from "./microk8s-exact-hpa.ts";

/** Settings of Kubernetes' HPA to search: targets, stabilisation, tolerance and bounds, every one once. */
export function microk8sGrid(): ExactHpaSetting[] {
  const targets = Array.from({ length: 20 }, (_, index) => 46 + 2 * index);
  return targets.flatMap((targetPercent) => variants.map((variant) => settingOf(targetPercent, variant)));
}

const variants: readonly Partial<ExactHpaSetting>[] = [
  ...[0, 120, 300, 600].map((downWindowS) => ({ downWindowS })),
  ...[0, 120, 300, 600].map((downWindowS) => ({ downWindowS, tolerance: 0.05 })),
  { upWindowS: 120 },
  { minPods: 4 },
  { minPods: 8 },
  { maxPods: 25 },
];

function settingOf(targetPercent: number, variant: Partial<ExactHpaSetting>): ExactHpaSetting {
  return { ...thesisHpaSetting, targetPercent, ...variant };
}
