import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type Crew, startCrew } from "../../src/host/crew.ts";
import { createFolder } from "./folder.ts";

const side = new URL("../../src/host/crew-side.ts", import.meta.url).href;
const errors = new URL("../../src/core/errors.ts", import.meta.url).href;

/** Each thread adds to a place of its own what the order says, and fails in three ways. */
const member = `
import { obeyOrders } from ${JSON.stringify(side)};
import { KarmaError } from ${JSON.stringify(errors)};
obeyOrders((sums, thread) => ({ kind, first, second }) => {
  if (kind === 1) throw new KarmaError("USAGE", "no such order", "ask for less");
  if (kind === 2 && thread === 1) throw new TypeError("a bug");
  if (kind === 3 && thread === 1) process.exit(3);
  sums[thread] += first * second;
});
`;

function crewOf(threads: number, sums: Int32Array, source: string = member): Crew {
  const entry = join(createFolder(), "member.ts");
  writeFileSync(entry, source);
  const crew = startCrew(pathToFileURL(entry), sums, threads);
  onTestFinished(() => crew.close());
  return crew;
}

const sumsOf = (threads: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * threads));

test.each([1, 3])("%d threads carry out every order once, and when it is over all of them have", (threads) => {
  const sums = sumsOf(threads);
  const crew = crewOf(threads, sums);
  let own = 0;
  for (let round = 1; round <= 200; round++) {
    crew.run({ kind: 0, first: round, second: 2 }, () => void (own += 2 * round));
    expect([...sums]).toEqual(Array.from({ length: threads }, () => own));
  }
});

test("a failure the user can act on arrives as one, and stays", () => {
  const crew = crewOf(2, sumsOf(2));
  const refused = expect.objectContaining({ code: "USAGE", message: "no such order", hint: "ask for less" });
  expect(() => crew.run({ kind: 1, first: 0, second: 0 }, () => {})).toThrow(refused);
  expect(() => crew.run({ kind: 0, first: 0, second: 0 }, () => {})).toThrow(refused);
});

test("the bug of one thread arrives with its stack, after all have done their part", () => {
  const sums = sumsOf(3);
  const crew = crewOf(3, sums);
  expect(() => crew.run({ kind: 2, first: 4, second: 1 }, () => {})).toThrow(/TypeError: a bug/);
  expect([...sums]).toEqual([4, 0, 4]);
});

test("a failure of this thread's own part waits for the others", () => {
  const sums = sumsOf(1);
  const crew = crewOf(1, sums);
  const order = { kind: 0, first: 5, second: 1 };
  expect(() => crew.run(order, () => expect.unreachable("own"))).toThrow("own");
  expect([...sums]).toEqual([5]);
});

test("a thread that dies at work is told of at once, and the crew works no more", () => {
  const crew = crewOf(2, sumsOf(2));
  crew.run({ kind: 0, first: 1, second: 1 }, () => {});
  expect(() => crew.run({ kind: 3, first: 0, second: 0 }, () => {})).toThrow(/ended by itself, with exit code 3/);
  expect(() => crew.run({ kind: 0, first: 1, second: 1 }, () => expect.unreachable("own"))).toThrow(/exit code 3/);
});

test("threads whose module does not load are told of with the reason", () => {
  const crew = crewOf(2, sumsOf(2), 'throw new RangeError("no memory for kernels");');
  expect(() => crew.run({ kind: 0, first: 1, second: 1 }, () => {})).toThrow(/RangeError: no memory for kernels/);
});
