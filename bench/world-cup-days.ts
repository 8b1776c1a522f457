import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Recordings of the 1998 World Cup in a folder, two or more: worldcup98_day*.csv, by name. Ends this process without them.
 *
 * @param script  what is run, as in `npm run frontiers`
 */
export function worldCupDays(folder: string | undefined, script: string): string[] {
  const files = folder === undefined ? [] : readdirSync(folder).filter((name) => /^worldcup98_day.*\.csv$/.test(name));
  if (files.length < 2) {
    console.error(`usage: npm run ${script} -- --traces FOLDER; expected two or more worldcup98_day*.csv there`);
    process.exit(1);
  }
  return files.toSorted().map((file) => join(resolve(folder!), file));
}
