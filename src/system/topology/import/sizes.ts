import type { PathSegment } from "../path.ts";
import type { RawService } from "../raw.ts";
import { defaults } from "../defaults.ts";
import type { Reading } from "./foreign.ts";

/** Bounds for a service that the file gives a fixed number of replicas. */
export function sizesOf(
  replicas: number | undefined,
  path: readonly PathSegment[],
  { notes }: Reading,
): Pick<RawService, "min_replicas" | "max_replicas"> {
  if (replicas === undefined || replicas <= 1) return {};
  const most = Math.max(defaults.maxReplicas, replicas);
  notes.add(path, "a fixed number of replicas becomes the room an autoscaler has: from 1 to that number, at least 10");
  return { min_replicas: 1, max_replicas: most };
}
