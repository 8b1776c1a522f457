import type { Schema } from "../../system/topology/schema.ts";

export const checkpointFormat = "karma-checkpoint/1";

const text: Schema = { type: "string" };
const positive: Schema = { type: "number", exclusiveMinimum: 0 };

/** What a checkpoint file looks like. */
export const checkpointSchema: Schema = objectOf({
  format: { enum: [checkpointFormat] },
  observation: text,
  action: text,
  backEnd: { enum: ["plain", "wasm"] },
  topology: objectOf({ name: text, hash: text, services: { type: "array", minItems: 1, items: text } }),
  timing: objectOf({
    syncPeriodMs: positive,
    scrapePeriodMs: positive,
    windowMs: positive,
    visibleLagMs: { type: "number", minimum: 0 },
    timeScale: positive,
  }),
  headroom: positive,
  training: objectOf({
    algorithm: { enum: ["ippo"] },
    seed: { type: "number" },
    steps: { type: "integer", minimum: 0 },
    config: { type: "object" },
  }),
  network: objectOf({ sizes: { type: "array", minItems: 2, items: { type: "integer", minimum: 1, maximum: 4_096 } } }),
  weights: objectOf({ checksum: text, base64: text }),
});

/** All of these properties and no others. */
function objectOf(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", additionalProperties: false, required: Object.keys(properties), properties };
}
