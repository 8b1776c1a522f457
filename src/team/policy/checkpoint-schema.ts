import type { Schema } from "../../system/topology/schema.ts";

export const checkpointFormat = "karma-checkpoint/1";

const text: Schema = { type: "string" };
const number: Schema = { type: "number" };
const positive: Schema = { type: "number", exclusiveMinimum: 0 };

/** What a checkpoint file looks like. */
export const checkpointSchema: Schema = objectOf({
  format: { enum: [checkpointFormat] },
  observation: text,
  action: text,
  backEnd: { enum: ["plain", "wasm", "native", "tfjs", "tfjs-node"] },
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
    algorithm: { enum: ["ippo", "mappo"] },
    seed: { type: "number" },
    steps: { type: "integer", minimum: 0 },
    config: { type: "object" },
  }),
  network: objectOf({
    sizes: { type: "array", minItems: 2, items: { type: "integer", minimum: 1, maximum: 4_096 } },
    "activation?": { enum: ["tanh", "relu", "silu"] },
    "normalisation?": { enum: ["layer"] },
    "memory?": { enum: ["gru"] },
  }),
  weights: objectOf({ checksum: text, base64: text }),
  "agents?": { enum: ["one"] },
  "seen?": objectOf({ samples: { type: "integer", minimum: 1 }, low: listOf(number), high: listOf(number) }),
  "organization?": objectOf({ document: { type: "object" }, roles: listOf(listOf(text)) }),
  "forbidden?": listOf(listOf({ type: "integer", minimum: 0 })),
});

function listOf(items: Schema): Schema {
  return { type: "array", items };
}

/** All of these properties and no others; those whose name ends in `?` may be left out. */
function objectOf(properties: Readonly<Record<string, Schema>>): Schema {
  const required = Object.keys(properties).filter((name) => !name.endsWith("?"));
  const named = Object.entries(properties).map(([name, schema]) => [name.replace(/\?$/, ""), schema] as const);
  return { type: "object", additionalProperties: false, required, properties: Object.fromEntries(named) };
}
