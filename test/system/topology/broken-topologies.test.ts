import { describe, expect, test } from "vitest";
import { parseTopology } from "../../../src/system/topology/parse.ts";

/** What is wrong, the file's name, its text, and every problem as `path: message`. */
type Row = readonly [title: string, fileName: string, text: string, problems: readonly string[]];

const rows: readonly Row[] = [
  ["an empty file", "t.json", "", [": expected an object with named fields, found nothing"]],
  ["an array", "t.json", "[]", [": expected an object with named fields, found an empty array"]],
  ["a number", "t.json", "42", [": expected an object with named fields, found 42"]],
  [
    "a missing comma",
    "t.json",
    '{"services": {}\n "connections": []}',
    ["line 2, column 2: expected valid JSON, found a missing comma, quote or closing bracket"],
  ],
  [
    "an open bracket",
    "t.json",
    '{"services": {"a": {"cpu": 500}',
    [
      "line 1, column 32: expected valid JSON, found a line that is not indented far enough, or a missing closing bracket",
    ],
  ],
  [
    "a key twice",
    "t.json",
    '{"services": {\n  "a": {"cpu": 1},\n  "a": {"cpu": 2}\n}}',
    ['line 3, column 3: expected each key once, found "a" again'],
  ],
  [
    "deep nesting",
    "t.json",
    `{"services":${"[".repeat(100)}`,
    ["line 1, column 45: expected at most 32 levels of nesting, found more"],
  ],
  ["over 1 MiB", "t.json", " ".repeat(1_572_864), [": expected a file of at most 1 MiB, found 1.5 MiB"]],
  [
    "an alias",
    "t.yaml",
    "services:\n  a: &x {cpu: 500, computation_throughput: 100}\n  b: *x\n",
    ['line 3, column 6: expected a plain value, found the alias "*x"; write the value out'],
  ],
  [
    "a tag",
    "t.yaml",
    "services: !!set {a}\n",
    ['line 1, column 17: expected a plain value, found the tag "tag:yaml.org,2002:set"'],
  ],
  [
    "two documents",
    "t.yaml",
    "services: {}\n---\nservices: {}\n",
    ["line 2, column 1: expected valid YAML, found several documents"],
  ],
  ["a tab", "t.yaml", "services:\n\ta: 1\n", ["line 2, column 1: expected valid YAML, found a tab as indentation"]],
  ["no services", "t.json", "{}", ["services: expected an object, found nothing"]],
  ["services empty", "t.json", '{"services": {}}', ["services: expected one or more services, found none"]],
  ["services wrong type", "t.json", '{"services": ["a"]}', ["services: expected an object, found an array"]],
  [
    "unknown field at top",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"b"}],"service":{}}',
    ['service: expected a known field, found "service"; did you mean "services"?'],
  ],
  [
    "unknown field in service",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"replicas":3}}}',
    ['services.a.replicas: expected a known field, found "replicas"'],
  ],
  [
    "misspelt field",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"max_replica":3}}}',
    ['services.a.max_replica: expected a known field, found "max_replica"; did you mean "max_replicas"?'],
  ],
  [
    "unknown field in connection",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"b","weight":1}]}',
    [
      'connections[0].weight: expected one of "source", "destination", "throughput", "endpoint", "probability", "times", "timeout_ms", "retries", "backoff_ms", "retry_budget", found "weight"',
    ],
  ],
  [
    "negative cpu",
    "t.json",
    '{"services":{"a":{"cpu":-5,"computation_throughput":100}}}',
    ["services.a.cpu: expected a number of millicores in [1, 256000], found -5"],
  ],
  [
    "cpu as text",
    "t.json",
    '{"services":{"a":{"cpu":"500m","computation_throughput":100}}}',
    ['services.a.cpu: expected a number of millicores in [1, 256000], found "500m"'],
  ],
  [
    "cpu missing",
    "t.json",
    '{"services":{"a":{"computation_throughput":100}}}',
    ["services.a.cpu: expected a number of millicores in [1, 256000], found nothing"],
  ],
  [
    "not a number",
    "t.yaml",
    "services: {a: {cpu: .nan, computation_throughput: 100}}",
    ["services.a.cpu: expected a number of millicores in [1, 256000], found NaN"],
  ],
  [
    "absurd cpu",
    "t.json",
    '{"services":{"a":{"cpu":1000000000000,"computation_throughput":100}}}',
    ["services.a.cpu: expected a number of millicores in [1, 256000], found 1000000000000"],
  ],
  [
    "half a replica",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"min_replicas":1.5}}}',
    ["services.a.min_replicas: expected a whole number of replicas in [1, 1000], found 1.5"],
  ],
  [
    "min above max",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"min_replicas":5,"max_replicas":3}}}',
    ["services.a.max_replicas: expected at least min_replicas (5), found 3"],
  ],
  [
    "probability above 1",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"error_probability":2}}}',
    ["services.a.error_probability: expected a number in [0, 1], found 2"],
  ],
  ["a service of the wrong type", "t.json", '{"services":{"a":5}}', ["services.a: expected an object, found 5"]],
  ["null service", "t.yaml", "services:\n  a:\n", ["services.a: expected an object, found null"]],
  [
    "no work",
    "t.json",
    '{"services":{"a":{"cpu":500}}}',
    ["services.a.computation_throughput: expected a number of requests/s where no work_ms is given, found nothing"],
  ],
  [
    "work absurd",
    "t.json",
    '{"services":{"a":{"cpu":1,"computation_throughput":100000}}}',
    ["services.a.computation_throughput: expected cpu / computation_throughput in [0.01, 60000] ms, found 0.00001"],
  ],
  [
    "bad service name",
    "t.json",
    '{"services":{"my_svc":{"cpu":500,"computation_throughput":100}}}',
    ['services.my_svc: expected a name of at most 40 letters a-z, digits and inner hyphens, found "my_svc"'],
  ],
  [
    "__proto__",
    "t.json",
    '{"services":{"__proto__":{"cpu":500,"computation_throughput":100}}}',
    ['services.__proto__: expected a name of at most 40 letters a-z, digits and inner hyphens, found "__proto__"'],
  ],
  [
    "long name",
    "t.json",
    `{"services":{"${"a".repeat(41)}":{"cpu":500,"computation_throughput":100}}}`,
    [
      'services.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: expected a name of at most 40 letters a-z, digits and inner hyphens, found "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"',
    ],
  ],
  [
    "memory that no request fits into",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"ram":128,"memory":{"per_request_mib":40}}}}',
    ["services.a.memory: expected base_mib + per_request_mib of at most the service's ram (128), found 100 + 40"],
  ],
  [
    "a cold start without an end",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"cold_start":{"factor":3}}}}',
    ["services.a.cold_start: expected requests or seconds, found neither"],
  ],
  [
    "a cold start with two ends",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"cold_start":{"factor":3,"requests":5,"seconds":5}}}}',
    ["services.a.cold_start: expected requests or seconds, found both"],
  ],
  [
    "name INPUT",
    "t.json",
    '{"services":{"INPUT":{"cpu":500,"computation_throughput":100}}}',
    ['services.INPUT: expected a name other than INPUT and OUTPUT, found "INPUT"'],
  ],
  [
    "collision",
    "t.json",
    '{"services":{"A":{"cpu":500,"computation_throughput":100},"a":{"cpu":500,"computation_throughput":100}}}',
    ['services.a: expected names that differ in more than case, found "a" beside "A"'],
  ],
  [
    "unknown destination",
    "t.json",
    '{"services":{"shop":{"cpu":500,"computation_throughput":100},"cart":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"shop","destination":"crat"}]}',
    ['connections[0].destination: expected a service or OUTPUT, found "crat"; did you mean "cart"?'],
  ],
  [
    "unknown source",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"zzz","destination":"b"}]}',
    ['connections[0].source: expected a service or INPUT, found "zzz"'],
  ],
  [
    "missing destination",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a"}]}',
    ["connections[0].destination: expected the name of a service or OUTPUT, found nothing"],
  ],
  [
    "connection twice",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"b"},{"source":"A","destination":"b"}]}',
    ['connections[1]: expected each connection once (see connections[0]), found "A" to "b" again'],
  ],
  [
    "cycle",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"INPUT","destination":"a"},{"source":"a","destination":"b"},{"source":"b","destination":"a"}]}',
    ["connections[1]: expected no cycle, found a → b → a"],
  ],
  [
    "only a cycle",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"b"},{"source":"b","destination":"a"}]}',
    [
      "connections[0]: expected no cycle, found a → b → a",
      ": expected a connection from INPUT, or a service that no other calls, found neither",
    ],
  ],
  [
    "self call",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"a"}]}',
    ["connections[0]: expected no cycle, found a → a"],
  ],
  [
    "unreachable",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"INPUT","destination":"a"}]}',
    ["services.b: expected a way from INPUT to this service, found none"],
  ],
  [
    "from output",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"OUTPUT","destination":"a"}]}',
    ['connections[0].source: expected a service or INPUT, found "OUTPUT"'],
  ],
  [
    "to input",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"INPUT"}]}',
    ['connections[0].destination: expected a service or OUTPUT, found "INPUT"'],
  ],
  [
    "zero throughput",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"INPUT","destination":"a","throughput":0},{"source":"a","destination":"b"}]}',
    ["connections[0].throughput: expected -1 (not limited) or requests/s > 0, found 0"],
  ],
  [
    "throughput -5",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"INPUT","destination":"a","throughput":-5},{"source":"a","destination":"b"}]}',
    ["connections[0].throughput: expected a number of requests/s in [-1, 1000000], found -5"],
  ],
  [
    "times on input",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"INPUT","destination":"a","times":2},{"source":"a","destination":"b"}]}',
    ["connections[0].times: expected no times on a connection from INPUT, found 2"],
  ],
  [
    "endpoint name",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"a/b":{}}}}}',
    [
      'services.a.endpoints["a/b"]: expected a name of at most 63 letters, digits, hyphens and underscores, found "a/b"',
    ],
  ],
  [
    "own route",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"metrics":{}}}}}',
    ['services.a.endpoints.metrics: expected a name other than metrics, healthz and readyz, found "metrics"'],
  ],
  [
    "no endpoints",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{}}}}',
    ["services.a.endpoints: expected one or more endpoints, found none"],
  ],
  [
    "bad distribution",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"work_ms":{"distribution":"normal","mean":5}}}}}}',
    [
      'services.a.endpoints.x.work_ms.distribution: expected one of "constant", "exponential", "lognormal", found "normal"',
    ],
  ],
  [
    "cv on constant",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"work_ms":{"mean":5,"cv":0.5}}}}}}',
    ['services.a.endpoints.x.work_ms.cv: expected no cv with the distribution "constant", found 0.5'],
  ],
  [
    "work without mean",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"work_ms":{"distribution":"exponential"}}}}}}',
    ["services.a.endpoints.x.work_ms.mean: expected a number of ms in [0.01, 60000], found nothing"],
  ],
  [
    "work zero",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"work_ms":0}}}}}',
    ['services.a.endpoints.x.work_ms: expected a number of ms in [0.01, 60000] or an object with "mean", found 0'],
  ],
  [
    "work text",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"work_ms":"5ms"}}}}}',
    ['services.a.endpoints.x.work_ms: expected a number of ms in [0.01, 60000] or an object with "mean", found "5ms"'],
  ],
  [
    "error rate",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"error_rate":-0.1}}}}}',
    ["services.a.endpoints.x.error_rate: expected a number in [0, 1], found -0.1"],
  ],
  [
    "call without service",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"calls":[{}]}}}}}',
    ["services.a.endpoints.x.calls[0].service: expected the name of a service, found nothing"],
  ],
  [
    "call unknown service",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"calls":[{"service":"b"}]}}}}}',
    ['services.a.endpoints.x.calls[0].service: expected a service, found "b"'],
  ],
  [
    "call unknown endpoint",
    "t.json",
    '{"services":{"a":{"cpu":5,"endpoints":{"x":{"work_ms":1,"calls":[{"service":"b","endpoint":"lits"}]}}},"b":{"cpu":5,"endpoints":{"list":{"work_ms":1},"get":{"work_ms":1}}}}}',
    ['services.a.endpoints.x.calls[0].endpoint: expected one of "list", "get", found "lits"; did you mean "list"?'],
  ],
  [
    "call ambiguous endpoint",
    "t.json",
    '{"services":{"a":{"cpu":5,"endpoints":{"x":{"work_ms":1,"calls":[{"service":"b"}]}}},"b":{"cpu":5,"endpoints":{"list":{"work_ms":1},"get":{"work_ms":1}}}}}',
    ['services.a.endpoints.x.calls[0].endpoint: expected one of "list", "get", found nothing'],
  ],
  [
    "parallel and service",
    "t.json",
    '{"services":{"a":{"cpu":5,"endpoints":{"x":{"work_ms":1,"calls":[{"service":"b","parallel":[{"service":"b"}]}]}}},"b":{"cpu":500,"endpoints":{"x":{"work_ms":5}}}}}',
    ['services.a.endpoints.x.calls[0].service: expected "parallel" alone, found "service"'],
  ],
  [
    "parallel empty",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"endpoints":{"x":{"calls":[{"parallel":[]}]}}}}}',
    ["services.a.endpoints.x.calls[0].parallel: expected one or more calls, found none"],
  ],
  [
    "probability 0 call",
    "t.json",
    '{"services":{"a":{"cpu":5,"endpoints":{"x":{"work_ms":1,"calls":[{"service":"b","probability":0}]}}},"b":{"cpu":500,"endpoints":{"x":{"work_ms":5}}}}}',
    ["services.a.endpoints.x.calls[0].probability: expected a number in (0, 1], found 0"],
  ],
  [
    "contradiction",
    "t.json",
    '{"services":{"a":{"cpu":5,"endpoints":{"x":{"work_ms":1,"calls":[]}}},"b":{"cpu":500,"endpoints":{"x":{"work_ms":5}}}},"connections":[{"source":"a","destination":"b"}]}',
    [
      'connections[0]: expected a call to "b" among the calls that "a" gives, found none; add it there or leave the connection out',
    ],
  ],
  [
    "contradiction 2",
    "t.json",
    '{"services":{"a":{"cpu":5,"endpoints":{"x":{"work_ms":1,"calls":[{"service":"b"}]}}},"b":{"cpu":500,"endpoints":{"x":{"work_ms":5}}}},"connections":[{"source":"a","destination":"b","probability":0.5}]}',
    ['connections[0].probability: expected no probability where the endpoints of "a" give their calls, found 0.5'],
  ],
  [
    "startup",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"startup_s":{"mean":5,"sd":1,"min":6,"max":4}}}}',
    [
      "services.a.startup_s.min: expected at most the mean (5), found 6",
      "services.a.startup_s.max: expected at least the mean (5), found 4",
    ],
  ],
  [
    "startup no sd",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"startup_s":{"mean":5}}}}',
    ["services.a.startup_s.sd: expected a number of seconds in [0, 3600], found nothing"],
  ],
  [
    "visits",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100},"c":{"cpu":500,"computation_throughput":100},"d":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"b","times":100},{"source":"b","destination":"c","times":100},{"source":"c","destination":"d","times":100}]}',
    ["services.d: expected at most 10000 calls of a service per request at the entry, found 1000000"],
  ],
  [
    "objective",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"b"}],"objective":{"p95":200,"availability":99}}',
    [
      'objective.p95: expected a known field, found "p95"; did you mean "p95_ms"?',
      "objective.availability: expected a number in (0, 1], found 99",
    ],
  ],
  [
    "name",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100},"b":{"cpu":500,"computation_throughput":100}},"connections":[{"source":"a","destination":"b"}],"name":"my shop!"}',
    ['name: expected a name of at most 40 letters, digits and inner hyphens, found "my shop!"'],
  ],
  [
    "image",
    "t.json",
    '{"services":{"a":{"cpu":500,"computation_throughput":100,"image":"a b"}}}',
    ['services.a.image: expected an image name without spaces, found "a b"'],
  ],
  [
    "many at once",
    "t.json",
    '{"services":{"cart":{"cpu":-5,"computation_throughput":100},"shop":{"cpu":500,"computation_throughput":100,"ram":0},"B":{"cpu":1}},"connections":[{"source":"shop","destination":"crat"},{"source":"shop","destination":5}]}',
    [
      "services.cart.cpu: expected a number of millicores in [1, 256000], found -5",
      "services.shop.ram: expected a number of MiB in [1, 4194304], found 0",
      "connections[1].destination: expected the name of a service or OUTPUT, found 5",
      "services.B.computation_throughput: expected a number of requests/s where no work_ms is given, found nothing",
      'connections[0].destination: expected a service or OUTPUT, found "crat"; did you mean "cart"?',
    ],
  ],
];

describe("a broken topology file gets exactly these messages", () => {
  test.each(rows)("%s", (_title, fileName, text, problems) => {
    const decoded = parseTopology(text, fileName);
    const found = decoded.ok ? [] : decoded.problems.map(({ path, message }) => `${path}: ${message}`);
    expect(found).toEqual(problems);
  });
});
