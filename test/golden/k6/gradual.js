// The load of "chained-wide", written by karma load --export-k6.
//   k6 run SCRIPT, or with BASE_URL=http://host:port: k6 run --env BASE_URL=... SCRIPT
import http from "k6/http";

export const options = {
  "discardResponseBodies": true,
  "scenarios": {
    "users-1": {
      "executor": "ramping-arrival-rate",
      "startRate": 3,
      "stages": [
        {
          "duration": "120500ms",
          "target": 604
        },
        {
          "duration": "299s",
          "target": 2996
        },
        {
          "duration": "180s",
          "target": 5992
        },
        {
          "duration": "1s",
          "target": 5975
        },
        {
          "duration": "119500ms",
          "target": 25
        }
      ],
      "timeUnit": "1m",
      "preAllocatedVUs": 100,
      "maxVUs": 999,
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
