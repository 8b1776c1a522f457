import { readFileSync } from "node:fs";

/** Nested plain data that a test may change anywhere. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests break it in every way
export type Loose = any;

const path = new URL("../../../../roles/karma.json", import.meta.url);

/** The organization that ships, changed. */
export function karmaWith(change: (organization: Loose) => void): string {
  const organization: Loose = JSON.parse(readFileSync(path, "utf8"));
  change(organization);
  return JSON.stringify(organization);
}
