import { resolve } from "node:path";
import { KarmaError } from "../../core/errors.ts";
import { decodePrices, defaultPrices, type PriceSheet } from "../../evaluate/prices.ts";
import { readUserFile } from "../../host/read.ts";

const LIMIT_BYTES = 64 * 1024;

/** The price sheet that is named, or the default one. */
export function readPrices(cwd: string, named: string | undefined): PriceSheet {
  if (named === undefined) return defaultPrices;
  const path = resolve(cwd, named);
  const decoded = decodePrices(parseJson(readUserFile(path, "price sheet", LIMIT_BYTES)));
  if ("value" in decoded) return decoded.value;
  throw new KarmaError("INPUT_INVALID", `${path} is no price sheet`, "docs/measures.md shows one", decoded);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
