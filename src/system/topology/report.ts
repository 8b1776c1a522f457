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
  const paths = new Set(known.map(({ path }) => path));
  const isKnown = (segments: readonly PathSegment[]): boolean =>
    segments.some((_, end) => paths.has(formatPath(segments.slice(0, end + 1))));
  return {
    problems,
    warnings,
    problem(segments, message): void {
      if (!isKnown(segments)) problems.push({ path: formatPath(segments), message });
    },
    warn(segments, message): void {
      warnings.push({ path: formatPath(segments), message });
    },
  };
}
