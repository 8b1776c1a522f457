import { ratesAtPercent } from "../control/autoscalers/declared-rates.ts";
import type { Rng } from "../core/rng.ts";
import type { Topology } from "../system/topology/topology.ts";

/** Families of opponents whose settings can be searched. */
export const tunableFamilies = ["hpa", "keda", "vpa", "feed-forward", "local", "oracle", "fixed"] as const;
export type TunableFamily = (typeof tunableFamilies)[number];

export type GridOptions = {
  /** `coarse` is for a quick look (6 to 28 settings), `full` for results that are reported. */
  readonly density: "coarse" | "full";
  /** Draws the targets that differ from service to service; none are in a coarse grid. */
  readonly rng: Rng;
};

/** Specs to search for the frontier of an opponent, every one once. */
export function tuningGrid(family: TunableFamily, topology: Topology, options: GridOptions): string[] {
  const isFull = options.density === "full";
  switch (family) {
    case "hpa":
      return isFull ? fullHpaGrid(topology, options.rng) : coarseHpaGrid(topology);
    case "keda":
      return range(40, 95, isFull ? 5 : 10).flatMap((target) =>
        [60, 300].flatMap((down) => ["", ",drain=30"].map((drain) => `keda:${target},down=${down}${drain}`)),
      );
    case "vpa":
      return vpaGrid(isFull);
    case "feed-forward":
    case "local":
      return needGrid(family, isFull);
    case "oracle":
      return multipliers(isFull).map((multiplier) => `oracle:60,multiplier=${multiplier}`);
    case "fixed":
      return range(100, 500, isFull ? 20 : 50).map((percent) => `fixed:mean=${percent / 100}`);
  }
}

function coarseHpaGrid(topology: Topology): string[] {
  const targets = range(30, 90, 10);
  return ["down=60", "down=300"].flatMap((behavior) =>
    targets.flatMap((target) => [`hpa:${target},${behavior}`, `hpa:rps=${ratesOf(topology, target)},${behavior}`]),
  );
}

/** What a direction may do in a period, and how long it waits. */
const behaviors: readonly string[] = [
  "down=300",
  "down=0",
  "down=60",
  "down=120",
  "down=600",
  "down=60,down-percent=50",
  "up=60,down=300",
];

const tolerances: readonly string[] = ["tolerance=0.05", "tolerance=0.01", "up-tolerance=0.01"];

/** Sizes kept for what may come. */
const floors: readonly string[] = ["min=2", "min=4"];

const differingTargets = 80;

function fullHpaGrid(topology: Topology, rng: Rng): string[] {
  const targets = range(30, 95, 5);
  const draw = rng.split("targets");
  const drawn = Array.from({ length: differingTargets }, () => {
    const each = topology.services.map(() => 30 + draw.integer(66));
    return `hpa:${each.join("/")},down=${draw.integer(2) === 0 ? 60 : 300}`;
  });
  return [
    ...targets.flatMap((target) => behaviors.map((behavior) => `hpa:${target},${behavior}`)),
    ...targets.flatMap((target) => tolerances.map((tolerance) => `hpa:${target},${tolerance}`)),
    ...targets.flatMap((percent) =>
      ["down=60", "down=300"].map((behavior) => `hpa:rps=${ratesOf(topology, percent)},${behavior}`),
    ),
    ...targets.map((target) => `hpa:${target},rps=${ratesOf(topology, target)}`),
    ...range(40, 90, 10).flatMap((target) => floors.map((floor) => `hpa:${target},${floor}`)),
    ...(topology.services.length > 1 ? new Set(drawn) : []),
  ];
}

function needGrid(family: "feed-forward" | "local", isFull: boolean): string[] {
  const downs = isFull ? [0, 60, 120, 300] : [60, 300];
  const horizons = isFull ? [0, 45, 60, 90] : [0, 60];
  return multipliers(isFull).flatMap((multiplier) =>
    downs.flatMap((down) =>
      horizons.map((holt) => `${family}:${multiplier},down=${down}${holt === 0 ? "" : `,holt=${holt}`}`),
    ),
  );
}

/**
 * The updater of Kubernetes, which waits half a day, and one that acts at once on what was used in the last while; as many
 * replicas as the run starts with, and so many times what the mean rate needs at the declared limit.
 */
function vpaGrid(isFull: boolean): string[] {
  const counts = ["", ...(isFull ? [1, 1.3, 1.67, 2.2, 3] : [1.67]).map((times) => `,mean=${times}`)];
  const percentiles = isFull ? [85, 95, 99] : [90, 98];
  const margins = isFull ? [0, 0.15, 0.4, 1] : [0, 0.15, 0.6];
  const halfLives = isFull ? [300, 900, 3_600] : [900];
  const asShipped = counts.map((count) => `vpa:90${count}`);
  return [
    ...asShipped,
    ...counts.flatMap((count) =>
      percentiles.flatMap((percentile) =>
        margins.flatMap((margin) =>
          halfLives.map(
            (halfLife) => `vpa:${percentile},margin=${margin},half-life=${halfLife},age=0,min-replicas=1${count}`,
          ),
        ),
      ),
    ),
  ];
}

/** Targets from 100 % CPU down to 40 %. */
function multipliers(isFull: boolean): number[] {
  return isFull ? [1, 1.05, 1.11, 1.18, 1.25, 1.33, 1.43, 1.6, 1.8, 2, 2.5] : [1, 1.11, 1.25, 1.43, 1.8, 2.5];
}

/** Services that need no CPU have no rate of their own: one that never asks for a second replica. */
const boundlessPerS = 1_000_000;

function ratesOf(topology: Topology, percent: number): string {
  return ratesAtPercent(topology, percent)
    .map((perS) => Math.min(boundlessPerS, Number(perS.toPrecision(4))))
    .join("/");
}

/** Both ends included. */
function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
