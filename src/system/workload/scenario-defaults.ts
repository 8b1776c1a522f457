/** What a scenario says where its file says nothing. The page docs/scenario.md gives them field by field. */
export const scenarioDefaults = {
  lengthS: 600,
  seed: 1,
  process: "poisson",
  dayS: 86_400,
  crowd: { rampS: 30, holdS: 120, decayS: 60 },
  /** The same ranges as in the training family. */
  randomCrowds: {
    factor: { min: 1.3, max: 5 },
    rampS: { min: 10, max: 120 },
    holdS: { min: 60, max: 900 },
    decayS: { min: 60, max: 900 },
  },
} as const;
