import type { Timeline } from "../evaluate/played.ts";

/** CPU limit of a replica over minutes, millicores: [services][points][minute, limit]; undefined where nothing was resized. */
export function limitsOverTime(
  { services, changes, periods }: Timeline,
  minutesOf: (atMs: number) => number,
): readonly (readonly (readonly number[])[])[] | undefined {
  const resized = changes.filter(({ cpuMilli }) => cpuMilli !== undefined && cpuMilli.applied !== cpuMilli.from);
  if (resized.length === 0) return undefined;
  const endMinute = minutesOf(periods.at(-1)?.atMs ?? 0);
  return services.map((service) => {
    const own = resized.filter((change) => change.service === service);
    const steps = own.map(({ atMs, cpuMilli }) => [minutesOf(atMs), cpuMilli!.applied]);
    // The limit of a service that nobody resized is not in its timeline.
    return steps.length === 0 ? [] : [[0, own[0]!.cpuMilli!.from], ...steps, [endMinute, steps.at(-1)![1]!]];
  });
}
