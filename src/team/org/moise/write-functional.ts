import type {
  RawGoal,
  RawMission,
  RawOrganization,
  RawPreference,
  RawScheme,
} from "../specification/raw-organization.ts";
import { dependencyOrder } from "./dependency-order.ts";
import { parseDuration, printDuration } from "./durations.ts";
import { bounds } from "./write-structural.ts";
import { draft, type XmlDraft } from "./xml.ts";

export function writeFunctional({ schemes, preferences = [] }: NonNullable<RawOrganization["functional"]>): XmlDraft {
  return draft(
    "functional-specification",
    {},
    schemes.map((scheme) => writeScheme(scheme, preferences)),
  );
}

function writeScheme({ id, goal, missions = {} }: RawScheme, preferences: readonly RawPreference[]): XmlDraft {
  const preferredTo = (name: string): readonly string[] =>
    preferences.filter(({ over }) => over === name).map(({ mission }) => mission);
  // Moise knows only missions that stand before.
  const names = dependencyOrder(Object.keys(missions), preferredTo);
  const all = names.map((name) => writeMission(name, missions[name]!, preferredTo(name)));
  return draft("scheme", { id }, [writeGoal(goal), ...all]);
}

function writeGoal({ id, description, plan, within_s: withinS }: RawGoal): XmlDraft {
  const children = plan === undefined ? [] : [writePlan(plan)];
  return draft("goal", { id, ds: description, ttf: deadline(withinS) }, children);
}

function writePlan({ operator, success_rate: rate, goals }: NonNullable<RawGoal["plan"]>): XmlDraft {
  return draft("plan", { operator, "success-rate": rate }, goals.map(writeGoal));
}

function writeMission(name: string, mission: RawMission, preferred: readonly string[]): XmlDraft {
  const goals = mission.goals.map((id) => draft("goal", { id }));
  const better = preferred.map((one) => draft("preferred", { mission: one }));
  return draft("mission", { id: name, ...bounds(mission) }, [...goals, ...better]);
}

/** A deadline in Moise's words; undefined where there is none, or its words are not exact enough. */
export function deadline(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const text = printDuration(seconds);
  return parseDuration(text) === seconds ? text : undefined;
}
