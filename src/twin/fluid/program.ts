import type { Arena } from "./arena.ts";

/** Runs the commands that lie from one address up to another. */
export type Run = (from: number, to: number) => void;

/** Commands that kernels go through in one call: calling WebAssembly for each of them would take longer than they do. */
export type Program = {
  /**
   * @param ints     addresses and counts
   * @param numbers  any numbers
   */
  add(op: number, ints: readonly number[], numbers?: readonly number[]): void;
  /** Puts the commands into memory; to be called once. What it returns runs them. */
  done(): () => void;
};

type Command = { readonly op: number; readonly ints: readonly number[]; readonly numbers: readonly number[] };

const SLOT_BYTES = 8;

/** A command takes slots of 8 bytes: what it is and its length in bytes, 32 bits each; whole numbers; other numbers. */
export function createProgram(arena: Arena, run: Run): Program {
  const commands: Command[] = [];
  return {
    add: (op, ints, numbers = []) => void commands.push({ op, ints, numbers }),
    done() {
      const slots = commands.reduce((sum, command) => sum + slotsOf(command), 0);
      const place = arena.float64(slots);
      write(commands, place);
      const from = arena.addressOf(place);
      const to = from + slots * SLOT_BYTES;
      return () => run(from, to);
    },
  };
}

function slotsOf({ ints, numbers }: Command): number {
  return 1 + ints.length + numbers.length;
}

function write(commands: readonly Command[], place: Float64Array): void {
  const halves = new Int32Array(place.buffer, place.byteOffset, place.length * 2);
  let slot = 0;
  for (const command of commands) {
    halves[slot * 2] = command.op;
    halves[slot * 2 + 1] = slotsOf(command) * SLOT_BYTES;
    slot++;
    for (const int of command.ints) halves[slot++ * 2] = int;
    for (const number of command.numbers) place[slot++] = number;
  }
}
