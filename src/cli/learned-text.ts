import type { CalibrateResult } from "../app/calibrate-recordings.ts";
import type { ModelErrors } from "../twin/learned/errors.ts";
import { figure, percent, table } from "./table.ts";

/** What was learned, and how far every model is off on what was held out. */
export function learnedText({ transitions, cells, seen, errors }: NonNullable<CalibrateResult["learned"]>): string {
  const again = seen > transitions ? `, ${seen} with those before` : "";
  const title = `learned from ${transitions} transitions${again}; ${cells} cells of the table were visited`;
  const steps = errors.models[0]!.ahead.map((one) => `${one.steps} ${one.steps === 1 ? "step" : "steps"}`);
  const { nearestThird: near, farthestThird: far } = errors.byDistance;
  const header = ["model", ...steps.flatMap((one) => [`${one}: CPU`, "queue", "latency", "ready"])];
  const [known] = errors.models.flatMap(({ tableShare }) => tableShare ?? []);
  return [
    title,
    "",
    table(header, errors.models.map(rowOf)),
    "",
    `errors on ${errors.starts} held-out starts; 0 = exact, 1 = as good as always saying the mean`,
    `the table knew ${percent(known ?? Number.NaN)} of what it was asked there`,
    `CPU of the next step, by the network alone: off by ${percent(near)} of the limit where data are near, ${percent(far)} where they are far`,
  ].join("\n");
}

function rowOf({ model, ahead }: ModelErrors): string[] {
  return [
    model,
    ...ahead.flatMap(({ errors }) => [errors.cpu, errors.queued, errors.latency, errors.ready].map(figure)),
  ];
}
