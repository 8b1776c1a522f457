import { setTimeout as sleep } from "node:timers/promises";

/** What the API server asks of a metrics API. */
export type MetricsAnswer = { readonly status: number; readonly body: object };

export const RELAY_NODE_PORT = 30_099;
const TLS_PORT = 6_443;
const HTTP_PORT = 8_080;

/**
 * Runs in the cluster. The API server asks it over TLS; whoever serves the metrics asks it for the next question and
 * hands in the answer over HTTP.
 */
const program = `
const https = require("https"), http = require("http"), fs = require("fs");
let lastId = 0;
const questions = [], waiting = [], asked = new Map();
const hand = () => {
  while (questions.length > 0 && waiting.length > 0) waiting.shift().end(JSON.stringify(questions.shift()));
};
const tls = { key: fs.readFileSync("/etc/relay/key"), cert: fs.readFileSync("/etc/relay/cert") };
https.createServer(tls, (request, response) => {
  const id = ++lastId;
  asked.set(id, response);
  response.on("close", () => asked.delete(id));
  questions.push({ id, path: request.url });
  hand();
}).listen(${TLS_PORT});
http.createServer((request, response) => {
  if (request.url === "/next") {
    waiting.push(response);
    response.on("close", () => waiting.includes(response) && waiting.splice(waiting.indexOf(response), 1));
    return hand();
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { id, status, body } = JSON.parse(Buffer.concat(chunks).toString());
    const open = asked.get(id);
    if (open !== undefined) open.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    response.end();
  });
}).listen(${HTTP_PORT});
`;

/** The relay, and the API groups that it stands for. */
export function relayObjects(namespace: string, image: string, tls: { key: string; cert: string }): readonly object[] {
  const labels = { app: "relay" };
  const metadata = { name: "relay", namespace };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "relay.cjs": program, ...tls } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type: "NodePort",
        selector: labels,
        ports: [
          { name: "tls", port: 443, targetPort: TLS_PORT },
          { name: "http", port: HTTP_PORT, targetPort: HTTP_PORT, nodePort: RELAY_NODE_PORT },
        ],
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: "relay",
                image,
                imagePullPolicy: "IfNotPresent",
                command: ["node", "/etc/relay/relay.cjs"],
                readinessProbe: { tcpSocket: { port: TLS_PORT }, periodSeconds: 1 },
                volumeMounts: [{ name: "relay", mountPath: "/etc/relay" }],
              },
            ],
            volumes: [{ name: "relay", configMap: { name: "relay" } }],
          },
        },
      },
    },
    ...["metrics.k8s.io", "external.metrics.k8s.io"].map((group) => apiService(group, namespace)),
  ];
}

function apiService(group: string, namespace: string): object {
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `v1beta1.${group}` },
    spec: {
      group,
      version: "v1beta1",
      service: { name: "relay", namespace, port: 443 },
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  };
}

/** Answers the API server's questions until it is stopped. */
export function serveThrough(url: string, answer: (path: string) => Promise<MetricsAnswer>): { stop(): Promise<void> } {
  const ended = new AbortController();
  const serveOne = async (): Promise<void> => {
    const response = await fetch(`${url}/next`, { signal: ended.signal });
    const { id, path } = (await response.json()) as { readonly id: number; readonly path: string };
    const reply = await answer(path);
    await fetch(`${url}/answer`, { method: "POST", body: JSON.stringify({ id, ...reply }), signal: ended.signal });
  };
  const serve = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      // The relay may not be there yet.
      await serveOne().catch(() => sleep(100));
    }
  };
  const all = Promise.all(Array.from({ length: 8 }, serve));
  return {
    async stop() {
      ended.abort();
      await all;
    },
  };
}
