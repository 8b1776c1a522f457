// The load of "chained-wide", written by karma load --export-k6.
//   k6 run SCRIPT, or with BASE_URL=http://host:port: k6 run --env BASE_URL=... SCRIPT
import http from "k6/http";

export const options = {
  "discardResponseBodies": true,
  "scenarios": {
    "users-1": {
      "executor": "constant-arrival-rate",
      "rate": 1200,
      "duration": "60s",
      "timeUnit": "1m",
      "preAllocatedVUs": 20,
      "maxVUs": 200,
      "exec": "users",
      "tags": {
        "load": "users"
      },
      "env": {
        "TARGET": "http://127.0.0.1:31850/default"
      }
    },
    "flood-1-1": {
      "executor": "ramping-arrival-rate",
      "startRate": 0,
      "stages": [
        {
          "duration": "19500ms",
          "target": 0
        },
        {
          "duration": "1s",
          "target": 3600
        },
        {
          "duration": "9s",
          "target": 3600
        },
        {
          "duration": "1s",
          "target": 0
        },
        {
          "duration": "29500ms",
          "target": 0
        }
      ],
      "timeUnit": "1m",
      "preAllocatedVUs": 60,
      "maxVUs": 600,
      "exec": "flood",
      "tags": {
        "load": "flood"
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
