import { meanOf } from "../../core/statistics.ts";
import { minutesPerDay } from "../../core/units.ts";
import { type NumpyRandom, createNumpyRandom } from "./numpy-random.ts";

/** Seeds of the thesis' 30 scenario-days. */
export const thesisSeeds: readonly number[] = Array.from({ length: 30 }, (_, index) => 1_000 + index);

/** Days that no published figure was made on, to pick settings by. No generator of theirs shares a seed with one above. */
export const otherSeeds: readonly number[] = thesisSeeds.map((seed) => seed + 4_000);

type DayShape = {
  /** Requests per second. */
  readonly base: number;
  readonly amplitude: number;
  readonly phase: number;
  readonly spikes: number;
  readonly least: number;
  readonly most: number;
};

/**
 * One day of requests per second, in whole numbers: [minutes]. A daily sine, 2 to 7 bell-shaped spikes of 1 to 5 hours
 * that add 1.5 to 5 times what is there, 5 % noise.
 *
 * @source rohmatmret/microk8s-autoscaling, statistical_validation_n30.py, the traffic of its 30 scenarios
 */
export function microk8sDay(seed: number): Float64Array {
  const shape = drawShape(createNumpyRandom(seed));
  const ratePerS = Float64Array.from({ length: minutesPerDay }, (_, minute) => dailyRate(shape, minute));
  // Their spikes start again from the day's own seed, so that they repeat the numbers that gave the shape.
  addSpikes(ratePerS, shape, createNumpyRandom(seed));
  addNoise(ratePerS, createNumpyRandom(seed + 1_000));
  return ratePerS;
}

function drawShape(random: NumpyRandom): DayShape {
  const base = random.uniform(800, 2_500);
  return {
    base,
    amplitude: base * random.uniform(0.3, 0.7),
    phase: random.uniform(0, 2 * Math.PI),
    spikes: random.randint(2, 8),
    least: random.uniform(1.5, 3),
    most: random.uniform(3, 5),
  };
}

function dailyRate({ base, amplitude, phase }: DayShape, minute: number): number {
  return Math.max(base + amplitude * Math.sin((2 * Math.PI * minute) / minutesPerDay + phase), base * 0.1);
}

function addSpikes(ratePerS: Float64Array, { spikes, least, most }: DayShape, random: NumpyRandom): void {
  for (let spike = 0; spike < spikes; spike++) {
    const start = random.randint(0, minutesPerDay - 300);
    const length = random.randint(60, 300);
    const height = random.uniform(least, most);
    for (let k = 0; k < length; k++) {
      const bell = Math.exp(-0.5 * ((k - length / 2) / (length / 6)) ** 2);
      ratePerS[start + k]! += ratePerS[start + k]! * height * bell;
    }
  }
}

function addNoise(ratePerS: Float64Array, random: NumpyRandom): void {
  const deviation = 0.05 * meanOf(ratePerS);
  for (let minute = 0; minute < ratePerS.length; minute++) {
    ratePerS[minute] = Math.trunc(Math.max(ratePerS[minute]! + random.normal(0, deviation), 10));
  }
}
