import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { createRng } from "../src/core/rng.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { createFluidTwin } from "../src/twin/fluid/create-fluid-twin.ts";
import { PAIRS, memoryMiB, perCpuSecond } from "./cpu-speed.ts";
import { type BenchRow, median } from "./row.ts";
import { tree } from "./tree.ts";
import { requestTwinOf } from "./twin-requests.ts";

const SIZES = [10, 100, 1_000] as const;
const ENVIRONMENTS = 16;
const RATE_PER_S = 150;
const REPLICAS = 3;
/** A minute of each. */
const LENGTH_S = 60;

/** A twin that goes on for a minute whenever it is asked to. */
type Grown = { readonly size: number; readonly memoryMiB: number; readonly minute: () => void };

/** What both twins take for topologies of 10, 100 and 1,000 services, against what linear growth would make of 10. */
export function benchTwinSizes(progress: (line: string) => void): readonly BenchRow[] {
  return [
    ...rowsOf(`fluid twin x ${ENVIRONMENTS}`, fluid, progress),
    ...rowsOf(`request-level twin at ${RATE_PER_S}/s`, requests, progress),
  ];
}

function fluid(size: number): () => void {
  const topology = tree(size);
  const calibration = declaredCalibration(topology, kubernetesTiming);
  const twin = createFluidTwin(topology, calibration, { environments: ENVIRONMENTS, tickMs: 1_000 });
  for (let environment = 0; environment < ENVIRONMENTS; environment++)
    twin.reset(environment, {
      ratePerS: Float64Array.of(RATE_PER_S),
      stepMs: 1_000,
      rng: createRng(environment),
      initialReplicas: new Float64Array(size).fill(REPLICAS),
    });
  return () => twin.advance(LENGTH_S);
}

function requests(size: number): () => void {
  const twin = requestTwinOf(tree(size), RATE_PER_S, REPLICAS);
  return () => twin.advanceTo(twin.nowMs() + LENGTH_S * 1_000);
}

function rowsOf(name: string, create: (size: number) => () => void, progress: (line: string) => void): BenchRow[] {
  progress(`twin-sizes: ${name}, trees of ${SIZES.join(", ")} services`);
  const grown = SIZES.map((size) => grow(size, create));
  const rounds = Array.from({ length: PAIRS }, () => grown.map(({ minute }) => cpuMs(minute)));
  const [smallest] = grown;
  return grown.slice(1).flatMap(({ size, memoryMiB: memory }, index) => {
    const times = size / smallest!.size;
    const linear = (what: string, unit: string, value: number, of10: number, ratio: number): BenchRow => ({
      name: `${name}: ${what}, ${size} services (peer: ${times} x that of ${smallest!.size})`,
      value,
      unit,
      peer: times * of10,
      ratio,
      target: "ratio <= 1.25: linear",
    });
    const own = median(rounds.map((round) => round[index + 1]!));
    const of10 = median(rounds.map((round) => round[0]!));
    const ratio = median(rounds.map((round) => round[index + 1]! / (times * round[0]!)));
    return [
      linear("CPU time of a minute", "ms", own, of10, ratio),
      linear("memory, reserved included", "MiB", memory, smallest!.memoryMiB, memory / (times * smallest!.memoryMiB)),
    ];
  });
}

/** Warm, and after its memory has grown to what it needs; what is compiled on the way does not count. */
function grow(size: number, create: (size: number) => () => void): Grown {
  create(size)();
  const before = memoryMiB();
  const minute = create(size);
  minute();
  return { size, memoryMiB: memoryMiB() - before, minute };
}

function cpuMs(work: () => void): number {
  return (
    1_000 /
    perCpuSecond(() => {
      work();
      return 1;
    })
  );
}
