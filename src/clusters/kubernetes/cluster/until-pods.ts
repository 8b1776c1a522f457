import type { PodRegistry } from "./pod-registry.ts";

/** Resolves with what `look` finds once it finds something; undefined when that takes too long. */
export function untilPods<Found>(
  registry: PodRegistry,
  look: () => Found | undefined,
  patienceMs: number,
): Promise<Found | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(undefined), patienceMs);
    const forget = registry.onChange(check);
    function end(found: Found | undefined): void {
      clearTimeout(timer);
      forget();
      resolve(found);
    }
    function check(): void {
      const found = look();
      if (found !== undefined) end(found);
    }
    check();
  });
}
