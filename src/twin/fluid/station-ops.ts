/** Commands of kernels/fluid/station.ts by their number. */
export const STATION_OPS = {
  enter: 0,
  call: 1,
  callAgain: 2,
  grow: 3,
  strain: 4,
  flow: 5,
  feel: 6,
  count: 7,
  remember: 8,
  scrapeServices: 9,
  scrapeEntries: 10,
  coolByTime: 11,
  coolByRequests: 12,
  listDue: 13,
  addSeconds: 14,
} as const;
