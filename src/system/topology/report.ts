import type { Problem } from "../../core/errors.ts";
import { type PathSegment, formatPath } from "./path.ts";

/** Collects what is wrong or odd with a file while it is read. */
export type Report = {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  problem(segments: readonly PathSegment[], message: string): void;
  warn(segments: readonly PathSegment[], message: string): void;
};

/** @param known  problems found before; nothing more is said about their paths and what lies below them */
export function createReport(known: readonly Problem[]): Report {
  const problems = [...known];
  const warnings: Problem[] = [];
  const isKnown = (path: string): boolean =>
    known.some(
      (other) => path === other.path || path.startsWith(`${other.path}.`) || path.startsWith(`${other.path}[`),
    );
  return {
    problems,
    warnings,
    problem(segments, message): void {
      const path = formatPath(segments);
      if (!isKnown(path)) problems.push({ path, message });
    },
    warn(segments, message): void {
      warnings.push({ path: formatPath(segments), message });
    },
  };
}
