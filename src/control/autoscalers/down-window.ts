/** The largest value of the last while, so that what follows it shrinks late and grows at once. */
export type DownWindow = { next(value: number): number };

/** @param periods  how many values are looked at, this one included; >= 1 */
export function createDownWindow(periods: number): DownWindow {
  const recent: number[] = [];
  return {
    next: (value) => {
      recent.push(value);
      if (recent.length > periods) recent.shift();
      return Math.max(...recent);
    },
  };
}
