import { describe, expect, test } from "vitest";
import { parseScenario } from "../../../src/system/workload/parse-scenario.ts";

/** What is wrong, the file's name, its text, and every problem as `path: message`. */
type Row = readonly [title: string, fileName: string, text: string, problems: readonly string[]];

const rows: readonly Row[] = [
  ["an empty file", "s.json", "", [": expected an object with named fields, found nothing"]],
  ["an array", "s.json", "[]", [": expected an object with named fields, found an empty array"]],
  [
    "a key twice",
    "s.json",
    '{"seed": 1,\n "seed": 2}',
    ['line 2, column 2: expected each key once, found "seed" again'],
  ],
  [
    "an open bracket",
    "s.json",
    '{"arrivals": {',
    [
      "line 1, column 15: expected valid JSON, found a line that is not indented far enough, or a missing closing bracket",
    ],
  ],
  [
    "a misspelt field",
    "s.json",
    '{"lenght_s": 5}',
    ['lenght_s: expected a known field, found "lenght_s"; did you mean "length_s"?'],
  ],
  [
    "an unknown field",
    "s.json",
    '{"duration": 5}',
    [
      'duration: expected one of "$schema", "topology", "length_s", "seed", "arrivals", "faults", "objective", found "duration"',
    ],
  ],
  ["length zero", "s.json", '{"length_s": 0}', ["length_s: expected a number of seconds in [1, 604800], found 0"]],
  [
    "length as text",
    "s.json",
    '{"length_s": "10m"}',
    ['length_s: expected a number of seconds in [1, 604800], found "10m"'],
  ],
  [
    "length of years",
    "s.json",
    '{"length_s": 1e9}',
    ["length_s: expected a number of seconds in [1, 604800], found 1000000000"],
  ],
  [
    "a seed that is not whole",
    "s.json",
    '{"seed": 1.5}',
    ["seed: expected a whole number in [0, 4294967295], found 1.5"],
  ],
  ["a negative seed", "s.json", '{"seed": -1}', ["seed: expected a whole number in [0, 4294967295], found -1"]],
  [
    "a topology that is no path",
    "s.json",
    '{"topology": 5}',
    ["topology: expected the path of a topology file, found 5"],
  ],
  ["arrivals of the wrong type", "s.json", '{"arrivals": 200}', ["arrivals: expected an object, found 200"]],
  [
    "an unknown process",
    "s.json",
    '{"arrivals":{"process":"uniform"}}',
    ['arrivals.process: expected one of "poisson", "constant", found "uniform"'],
  ],
  [
    "an unknown part",
    "s.json",
    '{"arrivals":{"burst":{}}}',
    [
      'arrivals.burst: expected one of "process", "volume_per_s", "ramp", "stages", "daily", "flash_crowds", "random_crowds", "trace", "synthetic", found "burst"',
    ],
  ],
  [
    "volume zero",
    "s.json",
    '{"arrivals":{"volume_per_s":0}}',
    ["arrivals.volume_per_s: expected a number of requests/s in (0, 1000000], found 0"],
  ],
  [
    "volume not a number",
    "s.yaml",
    "arrivals: {volume_per_s: .inf}",
    ["arrivals.volume_per_s: expected a number of requests/s in (0, 1000000], found Infinity"],
  ],
  [
    "a ramp without an end value",
    "s.json",
    '{"arrivals":{"ramp":{"from":1}}}',
    ["arrivals.ramp.to: expected a number in [0, 100], found nothing"],
  ],
  [
    "a ramp that ends before it starts",
    "s.json",
    '{"arrivals":{"ramp":{"from":1,"to":2,"start_s":300,"end_s":100}}}',
    ["arrivals.ramp.start_s: expected a time before the ramp's end (100 s), found 300"],
  ],
  [
    "a ramp that starts at the end",
    "s.json",
    '{"arrivals":{"ramp":{"from":1,"to":2,"start_s":600}}}',
    ["arrivals.ramp.start_s: expected a time before the ramp's end (600 s), found 600"],
  ],
  [
    "a day with too much amplitude",
    "s.json",
    '{"arrivals":{"daily":{"amplitude":1.5}}}',
    ["arrivals.daily.amplitude: expected a number in [0, 1], found 1.5"],
  ],
  [
    "a day without amplitude",
    "s.json",
    '{"arrivals":{"daily":{"period_s":60}}}',
    ["arrivals.daily.amplitude: expected a number in [0, 1], found nothing"],
  ],
  [
    "a day without length",
    "s.json",
    '{"arrivals":{"daily":{"amplitude":0.1,"period_s":0}}}',
    ["arrivals.daily.period_s: expected a number of seconds in [1, 6048000], found 0"],
  ],
  [
    "a phase in seconds",
    "s.json",
    '{"arrivals":{"daily":{"amplitude":0.1,"phase":300}}}',
    ["arrivals.daily.phase: expected a number in [0, 1], found 300"],
  ],
  [
    "a crowd without a time",
    "s.json",
    '{"arrivals":{"flash_crowds":[{"factor":2}]}}',
    ["arrivals.flash_crowds[0].at_s: expected a number of seconds in [0, 604800], found nothing"],
  ],
  [
    "a crowd without a factor",
    "s.json",
    '{"arrivals":{"flash_crowds":[{"at_s":2}]}}',
    ["arrivals.flash_crowds[0].factor: expected a number in [0, 100], found nothing"],
  ],
  [
    "a crowd with a negative time",
    "s.json",
    '{"arrivals":{"flash_crowds":[{"at_s":10,"factor":2,"ramp_s":-1}]}}',
    ["arrivals.flash_crowds[0].ramp_s: expected a number of seconds in [0, 604800], found -1"],
  ],
  [
    "crowds that are no list",
    "s.json",
    '{"arrivals":{"flash_crowds":{"at_s":10,"factor":2}}}',
    ["arrivals.flash_crowds: expected an array, found an object"],
  ],
  [
    "an absurd factor",
    "s.json",
    '{"arrivals":{"flash_crowds":[{"at_s":10,"factor":1000000}]}}',
    ["arrivals.flash_crowds[0].factor: expected a number in [0, 100], found 1000000"],
  ],
  [
    "random crowds without a rate",
    "s.json",
    '{"arrivals":{"random_crowds":{}}}',
    ["arrivals.random_crowds.per_hour: expected a number of surges in [0, 3600], found nothing"],
  ],
  [
    "a range the wrong way round",
    "s.json",
    '{"arrivals":{"random_crowds":{"per_hour":1,"factor":{"min":5,"max":2}}}}',
    ["arrivals.random_crowds.factor.min: expected at most max (2), found 5"],
  ],
  [
    "a range with one end",
    "s.json",
    '{"arrivals":{"random_crowds":{"per_hour":1,"hold_s":{"min":5}}}}',
    ["arrivals.random_crowds.hold_s.max: expected a number of seconds in [0, 604800], found nothing"],
  ],
  [
    "a trace without a file",
    "s.json",
    '{"arrivals":{"trace":{"row":1}}}',
    ["arrivals.trace.file: expected the path of a CSV file, found nothing"],
  ],
  [
    "row zero",
    "s.json",
    '{"arrivals":{"trace":{"file":"t.csv","row":0}}}',
    ["arrivals.trace.row: expected a whole number in [1, 1000000], found 0"],
  ],
  [
    "a trace and synthetic",
    "s.json",
    '{"arrivals":{"trace":{"file":"t.csv"},"synthetic":true}}',
    ["arrivals.synthetic: expected a trace or synthetic arrivals, found both"],
  ],
  [
    "synthetic as text",
    "s.json",
    '{"arrivals":{"synthetic":"yes"}}',
    ['arrivals.synthetic: expected true or false, found "yes"'],
  ],
  [
    "an unknown fault",
    "s.json",
    '{"arrivals":{},"faults":[{"at_s":1,"kind":"kill","service":"a"}]}',
    [
      'faults[0].kind: expected one of "kill-pod", "crash", "crash-loop", "bottleneck", "ddos", "contention", "slow-start", "failing-readiness", "lost-metrics", found "kill"',
    ],
  ],
  [
    "a fault without a service",
    "s.json",
    '{"arrivals":{},"faults":[{"at_s":1,"kind":"kill-pod"}]}',
    ["faults[0].service: expected the name of a service, found nothing"],
  ],
  [
    "a fault after the end",
    "s.json",
    '{"arrivals":{},"faults":[{"at_s":600,"kind":"kill-pod","service":"a"}]}',
    ["faults[0].at_s: expected a time before the end (600 s), found 600"],
  ],
  [
    "no replica to kill",
    "s.json",
    '{"arrivals":{},"faults":[{"at_s":1,"kind":"kill-pod","service":"a","count":0}]}',
    ["faults[0].count: expected a whole number of replicas in [1, 1000], found 0"],
  ],
  [
    "fields of the other form",
    "s.json",
    '{"arrivals":{},"faults":[{"kind":"kill-pod","target":"a","start_s":1},{"kind":"bottleneck","service":"a","at_s":1,"resource":"cpu"}]}',
    [
      'faults[0].target: expected no such field of kill-pod, found "a"',
      "faults[0].start_s: expected no such field of kill-pod, found 1",
      "faults[0].service: expected the name of a service, found nothing",
      "faults[0].at_s: expected a number of seconds, found nothing",
      "faults[1].at_s: expected no such field of bottleneck, found 1",
      'faults[1].service: expected no such field of bottleneck, found "a"',
      'faults[1].resource: expected one of "work", "limit", found "cpu"',
      "faults[1].target: expected the name of a service, found nothing",
      "faults[1].start_s: expected a number of seconds, found nothing",
      "faults[1].duration_s: expected a number of seconds above 0, found nothing",
    ],
  ],
  [
    "intensities out of bounds",
    "s.json",
    JSON.stringify({
      faults: [
        ["crash", 0],
        ["crash-loop", 1.5],
        ["bottleneck", 0.5],
        ["ddos", 101],
        ["contention", 65],
        ["slow-start", 0],
        ["failing-readiness", 1.1],
        ["lost-metrics", 1],
      ].map(([kind, intensity]) => ({
        kind,
        intensity,
        start_s: 1,
        duration_s: 9,
        target: kind === "ddos" ? "entry" : "a",
      })),
    }),
    [
      "faults[0].intensity: expected a number (crashes per minute) in (0, 600], found 0",
      "faults[1].intensity: expected a whole number (replicas) in [1, 1000], found 1.5",
      "faults[2].intensity: expected a number (times the work) in [1, 100], found 0.5",
      "faults[3].intensity: expected a number (times the arrivals) in [1, 100], found 101",
      "faults[4].intensity: expected a number (cores) in (0, 64], found 65",
      "faults[5].intensity: expected a number (times the start-up time) in [1, 100], found 0",
      "faults[6].intensity: expected a number (of the replicas) in (0, 1], found 1.1",
      "faults[7].intensity: expected no such field of lost-metrics, found 1",
    ],
  ],
  [
    "a flood of a service, and memory beyond any machine",
    "s.json",
    '{"faults":[{"kind":"ddos","target":"a","start_s":1,"duration_s":1},{"kind":"contention","resource":"memory","target":"a","intensity":1e6,"start_s":1,"duration_s":1}]}',
    [
      'faults[0].target: expected one of "entry", "costliest", found "a"',
      "faults[1].intensity: expected a number (MiB) in [1, 65536], found 1000000",
    ],
  ],
  [
    "more crashes than anybody wants",
    "s.json",
    '{"length_s":604800,"faults":[{"kind":"crash","target":"a","start_s":0,"duration_s":604800,"intensity":600}]}',
    ["faults[0].intensity: expected at most 10000 crashes in all, found about 6048000"],
  ],
  [
    "two faults of one kind at once at one place",
    "s.json",
    '{"faults":[{"kind":"bottleneck","target":"A","start_s":20,"duration_s":9},{"kind":"bottleneck","target":"a","start_s":10,"duration_s":11},{"kind":"bottleneck","target":"b","start_s":10,"duration_s":11}]}',
    ['faults[0].start_s: expected a start after the other bottleneck of "A" (faults[1]) is over at 21 s, found 20'],
  ],
  [
    "an objective in percent",
    "s.json",
    '{"arrivals":{},"objective":{"availability":99}}',
    ["objective.availability: expected a number in (0, 1], found 99"],
  ],
  [
    "an objective in seconds",
    "s.json",
    '{"arrivals":{},"objective":{"p95_s":0.2}}',
    ['objective.p95_s: expected a known field, found "p95_s"; did you mean "p95_ms"?'],
  ],
  [
    "much at once",
    "s.json",
    '{"arrivals":{"process":"x","volume_per_s":-1,"daily":{"amplitude":2}},"length_s":10,"faults":[{"at_s":20,"kind":"kill-pod","service":"a"},{}]}',
    [
      'arrivals.process: expected one of "poisson", "constant", found "x"',
      "arrivals.volume_per_s: expected a number of requests/s in (0, 1000000], found -1",
      "arrivals.daily.amplitude: expected a number in [0, 1], found 2",
      'faults[1].kind: expected one of "kill-pod", "crash", "crash-loop", "bottleneck", "ddos", "contention", "slow-start", "failing-readiness", "lost-metrics", found nothing',
      "faults[0].at_s: expected a time before the end (10 s), found 20",
    ],
  ],
];

describe("a broken scenario file gets exactly these messages", () => {
  test.each(rows)("%s", (_title, fileName, text, problems) => {
    const decoded = parseScenario(text, fileName);
    const found = decoded.ok ? [] : decoded.problems.map(({ path, message }) => `${path}: ${message}`);
    expect(found).toEqual(problems);
  });
});
