import { createRng } from "../../core/rng.ts";

/** 64 bits of a text, as 16 hexadecimal digits: to see that something changed, not to protect it. */
export function fingerprint(text: string): string {
  const rng = createRng(text);
  return [rng.next(), rng.next()].map((word) => word.toString(16).padStart(8, "0")).join("");
}
