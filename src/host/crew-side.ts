import { workerData } from "node:worker_threads";
import { controlWords, type CrewMember, END, type Order } from "./crew.ts";
import { failureAnswer } from "./workers.ts";

/** The thread's side of `startCrew`: carries out orders until it is told to go home. */
export function obeyOrders(prepare: (setup: unknown, thread: number) => (order: Order) => void): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what startCrew passed
  const member = workerData as CrewMember;
  const { control, setup, thread } = member;
  let carryOut: ((order: Order) => void) | undefined;
  for (let round = 0; ; round++) {
    Atomics.wait(control, controlWords.round, round);
    const kind = Atomics.load(control, controlWords.kind);
    if (kind === END) return;
    const first = Atomics.load(control, controlWords.first);
    const second = Atomics.load(control, controlWords.second);
    try {
      carryOut ??= prepare(setup, thread);
      carryOut({ kind, first, second });
    } catch (error) {
      reportFailure(member, error);
    }
    if (Atomics.sub(control, controlWords.atWork, 1) === 1) Atomics.notify(control, controlWords.atWork);
  }
}

/** The first failure stays; those of other threads are its consequences, or the same again. */
export function reportFailure({ control, failure }: CrewMember, error: unknown): void {
  if (Atomics.exchange(control, controlWords.hasFailed, 1) === 1) return;
  const answer = failureAnswer(error);
  const shortened = answer.kind === "broken" ? { ...answer, stack: answer.stack.slice(0, longestStack) } : answer;
  const text = new TextEncoder().encode(JSON.stringify(shortened)).subarray(0, failure.length);
  failure.set(text);
  Atomics.store(control, controlWords.failureBytes, text.length);
}

const longestStack = 2_000;
