import { int, num } from "./command";
import { add, at, both, mul, put } from "./simd";

/** What comes to a service from outside: its share of what arrives at the entry. */
export function enter(command: usize): void {
  const bytes = int(command, 1);
  const arrived = int(command, 2);
  const atEntry = int(command, 3);
  const share = both(num(command, 4));
  for (let i: usize = 0; i < bytes; i += 16) put(arrived + i, mul(share, at(atEntry + i)));
}

/** Adds the calls of one edge to what arrives. */
export function call(command: usize): void {
  const bytes = int(command, 1);
  const arrived = int(command, 2);
  const served = int(command, 3);
  const factor = int(command, 4);
  const perRequest = both(num(command, 5));
  for (let i: usize = 0; i < bytes; i += 16) {
    const calls = mul(mul(perRequest, at(factor + i)), at(served + i));
    put(arrived + i, add(at(arrived + i), calls));
  }
}

/** The same where some calls may be tried again: further tries of each, and how many of those a request makes. */
export function callAgain(command: usize): void {
  const bytes = int(command, 1);
  const arrived = int(command, 2);
  const served = int(command, 3);
  const factor = int(command, 4);
  const retried = int(command, 5);
  const perRequest: usize = 6 + retried;
  for (let i: usize = 0; i < bytes; i += 16) {
    let calls = both(num(command, perRequest));
    for (let one: usize = 0; one < retried; one++) {
      const moreTries = int(command, 6 + one);
      calls = add(calls, mul(both(num(command, perRequest + 1 + one)), at(moreTries + i)));
    }
    put(arrived + i, add(at(arrived + i), mul(mul(calls, at(factor + i)), at(served + i))));
  }
}
