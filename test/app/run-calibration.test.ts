import { expect, test } from "vitest";
import { teamWarnings } from "../../src/app/run-calibration.ts";
import type { ReadRun } from "../../src/app/runs.ts";
import { kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";

const calibration = { timing: scaleTiming(kubernetesTiming, 10) };
const run = { path: "runs/shop", checkpoint: { training: { config: { calibration } } } } as unknown as ReadRun;

test.each([
  {
    what: "no run where a team was to play",
    hasTeam: true,
    of: undefined,
    timing: kubernetesTiming,
    says: [/opponents play alone/],
  },
  { what: "no team on purpose", hasTeam: false, of: undefined, timing: kubernetesTiming, says: [] },
  { what: "another time scale", hasTeam: true, of: run, timing: kubernetesTiming, says: [/time scale 10, this is 1/] },
  { what: "the run's own time scale", hasTeam: true, of: run, timing: calibration.timing, says: [] },
  { what: "a calibration that was named", hasTeam: true, of: run, timing: undefined, says: [] },
])("$what gives its warnings", ({ hasTeam, of, timing, says }) => {
  const warnings = teamWarnings(hasTeam, of, timing);
  expect(warnings).toHaveLength(says.length);
  for (const [index, one] of says.entries()) expect(warnings[index]).toMatch(one);
});
