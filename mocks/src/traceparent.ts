import { randomBytes } from "node:crypto";

const VALID = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The `traceparent` header for calls made on behalf of a request: same trace, this request as the parent.
 *
 * @param incoming  header of the request; a missing or malformed one starts a new trace
 * @source https://www.w3.org/TR/trace-context/
 */
export function childTraceparent(incoming: string | undefined): string {
  const span = randomBytes(8).toString("hex");
  if (incoming !== undefined && VALID.test(incoming)) return `${incoming.slice(0, 36)}${span}${incoming.slice(52)}`;
  return `00-${randomBytes(16).toString("hex")}-${span}-01`;
}
