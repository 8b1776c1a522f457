import { int, num } from "./command";
import { add, at, both, mul, put } from "./simd";

/** Adds what exists during so many ticks, one after another: src/twin/fluid/sizes.ts. */
export function addSeconds(command: usize): void {
  const bytes = int(command, 1);
  const existing = int(command, 2);
  const share = int(command, 3);
  const podSeconds = int(command, 4);
  const sizedPodSeconds = int(command, 5);
  const ticks = load<i32>(int(command, 6));
  const tickS = both(num(command, 7));
  for (let i: usize = 0; i < bytes; i += 16) {
    const seconds = mul(at(existing + i), tickS);
    const sizedSeconds = mul(seconds, at(share + i));
    let sum = at(podSeconds + i);
    let sized = at(sizedPodSeconds + i);
    for (let tick = 0; tick < ticks; tick++) {
      sum = add(sum, seconds);
      sized = add(sized, sizedSeconds);
    }
    put(podSeconds + i, sum);
    put(sizedPodSeconds + i, sized);
  }
}
