import type { RawGoal, RawMission, RawPreference, RawScheme } from "../specification/raw-organization.ts";
import type { Carried } from "./carried.ts";
import { parseDuration } from "./durations.ts";
import { cardinalityOf, childOf, childrenOf, idOf, numberOf, textOf, type XmlReader } from "./xml-reader.ts";
import type { XmlElement } from "./xml.ts";

export type Functional = { readonly schemes: readonly RawScheme[]; readonly preferences: readonly RawPreference[] };

/** Longest time a deadline may have here, s. */
const LONGEST_S = 86_400;

export function readFunctional(element: XmlElement, reader: XmlReader, carried: Carried): Functional {
  reader.expectOnly(element, [], ["scheme"]);
  const schemes = childrenOf(element, "scheme");
  return {
    schemes: schemes.map((scheme) => readScheme(scheme, reader, carried)),
    preferences: schemes.flatMap((scheme) => childrenOf(scheme, "mission").flatMap(preferencesOf)),
  };
}

function readScheme(element: XmlElement, reader: XmlReader, carried: Carried): RawScheme {
  reader.expectOnly(element, ["id"], ["goal", "mission"]);
  const id = idOf(element);
  const root = childOf(element, "goal");
  const missions = childrenOf(element, "mission");
  reader.expectOnce(missions);
  return {
    id,
    // A scheme without a goal is told with all else that is wrong.
    goal: root === undefined ? { id: "" } : readGoal(root, id, reader, carried),
    missions: Object.fromEntries(missions.map((mission) => [idOf(mission), readMission(mission, reader, carried)])),
  };
}

function readGoal(element: XmlElement, scheme: string, reader: XmlReader, carried: Carried): RawGoal {
  reader.expectOnly(element, ["id", "ds", "ttf", "type", "min"], ["plan"]);
  noteGoal(element, reader);
  const id = idOf(element);
  const plan = childOf(element, "plan");
  const description = textOf(element, "ds");
  return {
    ...carried.take(`goal.${scheme}.${id}`),
    id,
    ...(description === undefined ? {} : { description }),
    ...deadlineOf(element, "ttf", reader),
    ...(plan === undefined ? {} : { plan: readPlan(plan, scheme, reader, carried) }),
  };
}

function noteGoal(element: XmlElement, { notes }: XmlReader): void {
  const type = textOf(element, "type");
  if (type !== undefined && type !== "achievement")
    notes.add([...element.path, "type"], "goals are reached once: no others are known");
  if (textOf(element, "min") !== undefined)
    notes.add([...element.path, "min"], "how many agents have to reach a goal is `min` of its mission");
}

/** The deadline of a goal or norm; nothing where there is none. */
export function deadlineOf(element: XmlElement, name: string, { notes }: XmlReader): { readonly within_s?: number } {
  const seconds = parseDuration(textOf(element, name) ?? "");
  if (seconds === Number.POSITIVE_INFINITY) return {};
  if (seconds !== undefined && seconds > 0 && seconds <= LONGEST_S) return { within_s: seconds };
  const what = "deadlines are a number and a unit, up to a day: it has none";
  notes.add([...element.path, name], what);
  return {};
}

function readPlan(
  element: XmlElement,
  scheme: string,
  reader: XmlReader,
  carried: Carried,
): NonNullable<RawGoal["plan"]> {
  reader.expectOnly(element, ["operator", "success-rate"], ["goal"]);
  const rate = numberOf(element, "success-rate");
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a wrong one is told with all else that is wrong
    operator: (textOf(element, "operator") ?? "sequence") as NonNullable<RawGoal["plan"]>["operator"],
    ...(rate === undefined ? {} : { success_rate: rate }),
    goals: childrenOf(element, "goal").map((goal) => readGoal(goal, scheme, reader, carried)),
  };
}

function readMission(element: XmlElement, reader: XmlReader, carried: Carried): RawMission {
  reader.expectOnly(element, ["id", "min", "max"], ["goal", "preferred"]);
  const goals = childrenOf(element, "goal");
  for (const goal of goals) reader.expectOnly(goal, ["id"]);
  return { ...carried.take(`mission.${idOf(element)}`), goals: goals.map(idOf), ...cardinalityOf(element) };
}

/** What a mission calls preferred comes before it. */
function preferencesOf(mission: XmlElement): readonly RawPreference[] {
  return childrenOf(mission, "preferred").map((preferred) => ({
    mission: textOf(preferred, "mission") ?? "",
    over: idOf(mission),
  }));
}
