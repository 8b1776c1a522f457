/** Commands of kernels/fluid/response.ts by their number. */
export const RESPONSE_OPS = {
  allCalm: 0,
  splitCalm: 1,
  startNode: 2,
  addCall: 3,
  startStep: 4,
  foldCall: 5,
  finishStep: 6,
  read: 7,
  hold: 8,
  moveHold: 9,
  startEntry: 10,
  addEntry: 11,
  finishEntry: 12,
  addOutcome: 13,
  countEntry: 14,
  cut: 15,
} as const;
