/** One request must not occupy a replica for good, ms. */
const MAX_WORK_MS = 60_000;

/** What the header `x-work-ms` asks for, ms of CPU; undefined where it is absent or not a number in [0, 60000]. */
export function prescribedWorkMs(header: string | readonly string[] | undefined): number | undefined {
  if (typeof header !== "string" || header === "") return undefined;
  const workMs = Number(header);
  return workMs >= 0 && workMs <= MAX_WORK_MS ? workMs : undefined;
}
