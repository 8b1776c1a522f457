import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { scrapeTargets } from "./scrape-targets.ts";
import { type Listing, stateText } from "./state-text.ts";

/**
 * Tells Prometheus which pods of some namespaces there are to scrape, and what pods and Deployments are like, under the
 * names of kube-state-metrics, as far as karma's dashboards and alerts look at it. Reads the API server at each question.
 */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const PATIENCE_MS = 5_000;

const apiUrl = process.env["API_URL"] ?? "https://kubernetes.default.svc";
const tokenFile = process.env["TOKEN_FILE"] ?? `${ACCOUNT}/token`;
const namespaces = (process.env["NAMESPACES"] ?? "").split(",").filter((name) => name !== "");
const host = process.env["HOST"] ?? "127.0.0.1";
const port = Number(process.env["PORT"] ?? "8080");

async function list(path: string): Promise<Listing["pods"]> {
  // Kubernetes writes a new token every hour.
  const authorization = `Bearer ${readFileSync(tokenFile, "utf8").trim()}`;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(`${apiUrl}${path}`, { headers: { authorization }, signal });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return ((await answer.json()) as { readonly items: Listing["pods"] }).items;
}

async function listingOf(namespace: string): Promise<Listing> {
  const [deployments, pods] = await Promise.all([
    list(`/apis/apps/v1/namespaces/${namespace}/deployments`),
    list(`/api/v1/namespaces/${namespace}/pods`),
  ]);
  return { namespace, deployments: deployments as unknown as Listing["deployments"], pods };
}

const server = createServer((request, response) => {
  if (request.url === "/healthz") return response.end("ok\n");
  const isForTargets = request.url === "/targets";
  return void Promise.all(namespaces.map(listingOf)).then(
    (listings) =>
      isForTargets
        ? response.setHeader("content-type", "application/json").end(JSON.stringify(scrapeTargets(listings)))
        : response.setHeader("content-type", "text/plain; version=0.0.4").end(stateText(listings)),
    (error: unknown) => {
      console.error(String(error));
      response.writeHead(503).end("the API server does not answer\n");
    },
  );
});
server.listen(port, host);
process.once("SIGTERM", () => server.close(() => process.exit(0)));
