import { expect, test } from "vitest";
import { readPodSample } from "../../../src/clusters/metrics/pod-sample.ts";

const text = `
process_cpu_seconds_total 1.5
process_resident_memory_bytes 5e7
mock_requests_in_flight 3
mock_requests_queued 4
mock_wait_seconds_total 0.25
http_requests_total{endpoint="work",code="200"} 90
http_requests_total{endpoint="work",code="503"} 5
http_requests_total{endpoint="admin",code="200"} 10
http_requests_total{endpoint="admin",code="500"} 2
http_request_duration_seconds_bucket{le="0.1",endpoint="work"} 60
http_request_duration_seconds_bucket{le="+Inf",endpoint="work"} 90
http_request_duration_seconds_bucket{le="+Inf",endpoint="admin"} 12
http_request_duration_seconds_sum{endpoint="work"} 9
http_request_duration_seconds_count{endpoint="work"} 90
http_request_duration_seconds_sum{endpoint="admin"} 100
`;

test("a scrape is summed over endpoints and codes; the entry counts its own endpoints alone", () => {
  const sample = readPodSample(text, (endpoint) => endpoint === "work");
  expect(sample.cpuS).toBe(1.5);
  expect(sample.memoryMiB).toBeCloseTo(5e7 / 1_048_576, 9);
  expect(readPodSample("", () => true).memoryMiB).toBeNaN();
  expect(sample.inside).toBe(7);
  expect(sample.counters).toEqual({
    arrived: 114,
    answered: 107,
    served: 100,
    dropped: 7,
    refused: 5,
    waitS: 0.25,
    entryAnswered: 95,
    entryDropped: 5,
    entryDurationS: 9,
    entryDurations: 90,
  });
  expect([...sample.entryBuckets]).toEqual([
    [0.1, 60],
    [Infinity, 90],
  ]);
});
