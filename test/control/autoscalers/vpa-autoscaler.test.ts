import { describe, expect, test } from "vitest";
import { createAutoscaler } from "../../../src/control/autoscalers/autoscalers.ts";
import { createCpuSampler } from "../../../src/control/autoscalers/vpa-sampler.ts";
import type { Proposal } from "../../../src/control/loop/autoscaler.ts";
import { type Seen, chainContext, chainReadings } from "./chain.ts";

type Played = {
  /** Every limit that was proposed for the first service, with its second of the scenario. */
  readonly resizes: readonly (readonly [atS: number, cpuMilli: number])[];
  readonly last: Proposal;
};

/** Replicas that use so many cores each, whose limit is what was proposed last: a decision each 15 s. */
function play(spec: string, seconds: number, coresAt: (atS: number) => number, seen: Seen = {}, timeScale = 1): Played {
  const vpa = createAutoscaler(spec, chainContext(timeScale));
  const resizes: [number, number][] = [];
  let limit = 500;
  let last: Proposal = { replicas: 0, reasons: [] };
  for (let atS = 15; atS <= seconds; atS += 15) {
    const cpu = Math.min(1, (coresAt(atS) * 1_000) / limit);
    const readings = chainReadings((atS * 1_000) / timeScale, { cpu, desired: 4, cpuMilli: limit, ...seen });
    last = vpa.decide(readings)[0]!;
    if (last.cpuMilli === undefined) continue;
    resizes.push([atS, last.cpuMilli]);
    limit = last.cpuMilli;
  }
  return { resizes, last };
}

describe("as Kubernetes ships it", () => {
  test("replicas in need grow as soon as the median is above their limit, by 15 % more than they used", () => {
    const { resizes } = play("vpa", 3_600, () => 0.9);
    // Bucket edges of 5 % widen each estimate a little.
    expect(resizes.length).toBeGreaterThanOrEqual(2);
    expect(resizes[0]![1]).toBeGreaterThanOrEqual(575);
    expect(resizes[0]![1]).toBeLessThan(610);
    for (const [index, [, milli]] of resizes.entries()) {
      if (index > 0) expect(milli).toBeGreaterThan(resizes[index - 1]![1]);
    }
  });

  test("replicas with too much keep it for half a day, or until the upper bound comes down to them", () => {
    expect(play("vpa", 11 * 3_600, () => 0.3).resizes).toEqual([]);
    const [aged] = play("vpa", 13 * 3_600, () => 0.3).resizes;
    expect(aged![0] / 3_600).toBeCloseTo(12, 1);
    expect(aged![1]).toBeLessThan(380);
    const [outside] = play("vpa", 11 * 3_600, () => 0.1).resizes;
    // 126 x (1 + 1 / confidence) = 500 after a third of a day.
    expect(outside![0] / 3_600).toBeCloseTo(8.1, 1);
  });

  test("a single replica is left alone", () => {
    expect(play("vpa", 3_600, () => 0.9, { desired: 1 }).resizes).toEqual([]);
    expect(play("vpa:min-replicas=1", 3_600, () => 0.9, { desired: 1 }).resizes.length).toBeGreaterThan(0);
  });
});

test("without its age it follows use down as well as up", () => {
  const { resizes, last } = play("vpa:age=0,half-life=300", 7_200, (atS) => (atS < 3_600 ? 0.1 : 0.4));
  expect(resizes[0]![1]).toBeLessThan(150);
  expect(resizes.at(-1)![1]).toBeGreaterThan(430);
  expect(resizes.at(-1)![1]).toBeLessThan(500);
  expect(last.replicas).toBe(4);
});

test("it keeps to its own bounds, inside those of the guard", () => {
  const low = play("vpa:age=0,min=300", 3_600, () => 0.05).resizes;
  expect(low.map(([, milli]) => milli)).toEqual([300]);
  const high = play("vpa:max=600", 7_200, () => 2).resizes;
  expect(high.at(-1)![1]).toBe(600);
  const most = play("vpa:margin=1", 7_200, () => 2).resizes;
  expect(most.at(-1)![1]).toBe(1_000);
});

function spiky(atS: number): number {
  return atS % 600 < 60 ? 0.4 : 0.1;
}

function spikyLimit(spec: string): number {
  return play(spec, 7_200, spiky).resizes.at(-1)![1];
}

test("a larger percentile and a larger margin ask for more", () => {
  expect(spikyLimit("vpa:99,age=0,change=0")).toBeGreaterThan(2 * spikyLimit("vpa:50,age=0,change=0"));
  expect(spikyLimit("vpa:50,age=0,margin=0.5,change=0")).toBeGreaterThan(spikyLimit("vpa:50,age=0,change=0"));
});

test("a change that the guard cut is asked for again until it is there, not half a day later", () => {
  const vpa = createAutoscaler("vpa", chainContext());
  let limit = 500;
  const asked: number[] = [];
  for (let atS = 15; atS <= 13 * 3_600; atS += 15) {
    const { cpuMilli } = vpa.decide(
      chainReadings(atS * 1_000, { cpu: 0.12 * (500 / limit), desired: 4, cpuMilli: limit }),
    )[0]!;
    if (cpuMilli === undefined) continue;
    asked.push(atS);
    limit = Math.max(cpuMilli, Math.round(limit * 0.75));
  }
  expect(asked.length).toBeGreaterThanOrEqual(3);
  expect(asked.at(-1)! - asked[0]!).toBeLessThan(600);
});

test("its times are of the scenario, whatever the time scale is", () => {
  const plain = play("vpa:age=600", 7_200, () => 0.2);
  expect(plain.resizes.length).toBeGreaterThan(0);
  expect(play("vpa:age=600", 7_200, () => 0.2, {}, 10)).toEqual(plain);
});

test("the updater looks once a minute, and says what it sees", () => {
  const vpa = createAutoscaler("vpa", chainContext());
  const reasonAt = (atS: number, seen: Seen): string => vpa.decide(chainReadings(atS * 1_000, seen))[0]!.reasons[0]!;
  expect(reasonAt(15, {})).toBe("no CPU reading of a ready replica yet");
  expect(reasonAt(30, { cpu: 0.5 })).toBe("the updater looks again later");
  expect(reasonAt(75, { cpu: 0.5 })).toMatch(
    /^p90 of CPU use \+ 15 % is \d+m, worth a change outside \d+m to 1000m: 500m is left alone$/,
  );
});

test("fewer than half of the replicas ready: nothing changes, as evictions would have to wait", () => {
  expect(play("vpa", 3_600, () => 0.9, { desired: 4, ready: 1 }).resizes).toEqual([]);
});

test("a share of CPU that was taken over a change of the limit is left out", () => {
  const sampler = createCpuSampler(0, { windowMs: 30_000 });
  const coresAt = (atS: number, cpuMilli: number, cpu = 0.5): number | undefined =>
    sampler.coresPerReplica(chainReadings(atS * 1_000, { cpu, cpuMilli }));
  expect(coresAt(15, 500)).toBe(0.25);
  expect(coresAt(30, 1_000)).toBeUndefined();
  expect(coresAt(45, 1_000)).toBeUndefined();
  // From 28 s on, and the limit changed at 15 s.
  expect(coresAt(60, 1_000)).toBe(0.5);
  expect(coresAt(75, 1_000, Number.NaN)).toBeUndefined();
});
