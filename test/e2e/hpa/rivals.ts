/** One Deployment under a real HPA, and how it is tried. */
export type Rival = {
  readonly name: string;
  /** As of `hpa`. */
  readonly spec: string;
  readonly min: number;
  readonly max: number;
  readonly start: number;
  /** Chances per trial that pods lose their sample, are not ready, or that a metric cannot be read. */
  readonly missing?: number;
  readonly unready?: number;
  readonly failing?: number;
  /** Only one pod fits the node; the others stay Pending. */
  readonly hasPending?: true;
  /** Sizes that somebody sets by hand, one after every second trial, also outside of the bounds. */
  readonly byHand?: readonly number[];
  /** Readings of whole pods alone, so that the autoscaler that reads averages is held to the same decisions. */
  readonly isWhole?: true;
};

const quick = "down=0";

/** Odd windows and periods: a decision every 2 s never falls on their edges for long. */
export const rivals: readonly Rival[] = [
  { name: "plain", spec: `hpa:60,${quick}`, min: 1, max: 6, start: 2, isWhole: true },
  {
    name: "fine",
    spec: `hpa:50,${quick},up-tolerance=0.02,down-tolerance=0.25`,
    min: 1,
    max: 8,
    start: 4,
    isWhole: true,
  },
  { name: "gaps", spec: `hpa:60,${quick}`, min: 1, max: 7, start: 4, missing: 0.6 },
  { name: "starting", spec: `hpa:60,${quick}`, min: 1, max: 7, start: 4, unready: 0.6 },
  { name: "mixed", spec: `hpa:70,${quick},tolerance=0.05`, min: 2, max: 7, start: 4, missing: 0.4, unready: 0.4 },
  { name: "windows", spec: "hpa:60,up=7,down=13", min: 1, max: 6, start: 3, isWhole: true },
  {
    name: "rates",
    spec: `hpa:60,${quick},up-pods=1,up-percent=50,up-select=min,down-pods=2,down-percent=30,down-select=max,period=19`,
    min: 1,
    max: 8,
    start: 4,
    isWhole: true,
  },
  { name: "one-way", spec: `hpa:60,${quick},up-pods=2,period=11,down-select=disabled`, min: 1, max: 9, start: 1 },
  { name: "requests", spec: `hpa:rps=50,${quick}`, min: 1, max: 7, start: 2, failing: 0.2, isWhole: true },
  { name: "both", spec: `hpa:target=60,rps=50,${quick}`, min: 1, max: 7, start: 3, failing: 0.3 },
  {
    name: "touched",
    spec: `hpa:60,${quick},up-pods=1,down-pods=1,period=17`,
    min: 2,
    max: 8,
    start: 3,
    byHand: [6, 10, 3, 1, 5, 7, 2, 9, 4],
  },
  { name: "narrow", spec: `hpa:60,${quick}`, min: 1, max: 4, start: 3, hasPending: true },
];
