import type { Truth } from "../app/evaluation/truth.ts";
import { numbersOption } from "./options.ts";

/** Values of `--wrong-twin`: `startup=1.8,capacity=.25,system=3`. */
export const truthOption: (text: string) => Truth = numbersOption(
  ["startup", "capacity", "system"],
  (value, name) => {
    if (name === "system") return Number.isSafeInteger(value) && value >= 1;
    return value > 0 && (name === "startup" || value < 1);
  },
  "> 0, a capacity < 1, a system a whole number",
);
