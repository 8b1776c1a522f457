// The load of "chained-wide", written by karma load --export-k6.
//   k6 run SCRIPT, or with BASE_URL=http://host:port: k6 run --env BASE_URL=... SCRIPT
import http from "k6/http";

export const options = {
  "discardResponseBodies": true,
  "scenarios": {
    "users-1": {
      "executor": "ramping-arrival-rate",
      "startRate": 50,
      "stages": [
        {
          "duration": "30500ms",
          "target": 3075
        },
        {
          "duration": "59s",
          "target": 11925
        },
        {
          "duration": "1s",
          "target": 11810
        },
        {
          "duration": "29s",
          "target": 790
        },
        {
          "duration": "500ms",
          "target": 790
        }
      ],
      "timeUnit": "1m",
      "preAllocatedVUs": 199,
      "maxVUs": 1988,
      "exec": "users",
      "tags": {
        "load": "users"
      },
      "env": {
        "TARGET": "http://127.0.0.1:31850/default"
      }
    }
  },
  "thresholds": {
    "http_req_duration{load:users}": [
      "p(95)<200"
    ],
    "http_req_failed{load:users}": [
      "rate<=0.01"
    ]
  }
};

if (__ENV.BASE_URL) {
  for (const { env } of Object.values(options.scenarios)) {
    env.TARGET = __ENV.BASE_URL.replace(/\/+$/, "") + env.TARGET.replace(/^http:\/\/[^/]+/, "");
  }
}

export function users() {
  http.get(__ENV.TARGET, { timeout: "10s" });
}

export function flood() {
  http.get(__ENV.TARGET, { timeout: "10s", headers: { "x-karma-load": "flood" } });
}
