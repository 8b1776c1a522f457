import { meanOf } from "../../../core/statistics.ts";

/** What was read of each service in the last periods; what was not known is left out. */
export type Recent = {
  now(service: number): number;
  /** NaN where nothing was known. */
  mean(service: number): number;
  /** 0 where nothing was known. */
  most(service: number): number;
  begin(): void;
  see(): void;
};

/** @param read  of a service now; NaN = not known */
export function createRecent(services: number, periods: number, read: (service: number) => number): Recent {
  const history: number[][] = Array.from({ length: services }, () => []);
  return {
    now: read,
    mean: (service) => meanOf(history[service]!),
    most: (service) => Math.max(0, ...history[service]!),
    begin: () => history.forEach((seen) => void (seen.length = 0)),
    see() {
      for (const [service, seen] of history.entries()) {
        const value = read(service);
        if (!Number.isNaN(value)) seen.push(value);
        if (seen.length > periods) seen.shift();
      }
    },
  };
}
