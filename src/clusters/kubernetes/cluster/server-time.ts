import { epochMs } from "../../../host/clock.ts";
import type { ApiAnswer } from "./api-request.ts";

/** Clocks that differ by less agree: the server tells its time to the second. */
const AGREEMENT_MS = 2_000;

/** Now on the cluster's machines, ms since 1970: by our own clock where it agrees with the server's. */
export function serverNowMs({ serverMs }: Pick<ApiAnswer, "serverMs">, ownMs: number = epochMs()): number {
  return Math.abs(serverMs - ownMs) > AGREEMENT_MS ? serverMs : ownMs;
}
