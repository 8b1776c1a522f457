import { int } from "./command";
import { at } from "./simd";

/** Lists the cells of a matrix [rows][environments] whose tick has come, in order, and how many they are. */
export function listDue(command: usize): void {
  const bytes = int(command, 1);
  const all = int(command, 2);
  const nextTick = int(command, 3);
  const nowTick = int(command, 4);
  const list = int(command, 5);
  let end = list;
  for (let first: usize = 0; first < all; first += bytes)
    for (let i: usize = 0; i < bytes; i += 16) {
      const isDue = i64x2.bitmask(f64x2.le(at(nextTick + first + i), at(nowTick + i)));
      if (isDue == 0) continue;
      const cell = <u32>((first + i) >> 3);
      if (isDue & 1) {
        store<u32>(end, cell);
        end += 4;
      }
      if (isDue & 2) {
        store<u32>(end, cell + 1);
        end += 4;
      }
    }
  store<u32>(int(command, 6), <u32>((end - list) >> 2));
}
