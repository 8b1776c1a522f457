import { isFault, parsePattern } from "../pattern/parse-pattern.ts";
import { labelsOf } from "../pattern/pattern.ts";
import { isActionLabel } from "../specification/action-labels.ts";
import type { RawNorm } from "../specification/raw-organization.ts";
import type { Carried } from "./carried.ts";
import { deadlineOf } from "./read-functional.ts";
import { childrenOf, idOf, textOf, type XmlReader } from "./xml-reader.ts";
import type { XmlElement } from "./xml.ts";

/** @param labels  names for what is seen: a condition that is a history of them can be kept */
export function readNormative(
  element: XmlElement,
  reader: XmlReader,
  carried: Carried,
  labels: readonly string[],
): readonly RawNorm[] {
  reader.expectOnly(element, [], ["norm"]);
  return childrenOf(element, "norm").map((norm) => readNorm(norm, reader, carried, labels));
}

function readNorm(element: XmlElement, reader: XmlReader, carried: Carried, labels: readonly string[]): RawNorm {
  reader.expectOnly(element, ["id", "type", "role", "mission", "time-constraint", "condition"]);
  const id = idOf(element);
  return {
    ...conditionOf(element, reader, labels),
    ...carried.take(`norm.${id}`),
    id,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a wrong one is told with all else that is wrong
    type: (textOf(element, "type") ?? "") as RawNorm["type"],
    role: textOf(element, "role") ?? "",
    mission: textOf(element, "mission") ?? "",
    ...deadlineOf(element, "time-constraint", reader),
  };
}

function conditionOf(element: XmlElement, { notes }: XmlReader, labels: readonly string[]): { readonly when?: string } {
  const condition = textOf(element, "condition");
  if (condition === undefined || condition === "true") return {};
  const pattern = parsePattern(condition);
  if (!isFault(pattern) && labelsOf(pattern).every((label) => labels.includes(label) || isActionLabel(label)))
    return { when: condition };
  const what = "the condition is no history of known labels: the norm is always in force";
  notes.add([...element.path, "condition"], what);
  return {};
}
