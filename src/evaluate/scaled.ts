import type { Autoscaler } from "../control/loop/autoscaler.ts";

/**
 * An autoscaler whose numbers of replicas are all multiplied: a knob on the cost of one that has none of its own. Not for one that
 * works out its sizes from what its last ones did, as an HPA: it would take back what the factor does.
 */
export function scaled(autoscaler: Autoscaler, factor: number): Autoscaler {
  return {
    name: autoscaler.name,
    decide: (readings) =>
      autoscaler.decide(readings).map(({ replicas, cpuMilli, reasons }) =>
        Object.assign(cpuMilli === undefined ? {} : { cpuMilli }, {
          replicas: Math.max(1, Math.round(replicas * factor)),
          reasons: [...reasons, `x ${factor.toFixed(2)} for equal cost`],
        }),
      ),
  };
}
