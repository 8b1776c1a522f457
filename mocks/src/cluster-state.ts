import { type ServerResponse, createServer } from "node:http";
import { apiAddress, listNamespace } from "./list-namespace.ts";
import { scrapeTargets } from "./scrape-targets.ts";
import { type Listing, stateText } from "./state-text.ts";

/**
 * Tells Prometheus which pods of some namespaces there are to scrape, and what pods and Deployments are like, under the
 * names of kube-state-metrics, as far as karma's dashboards and alerts look at it. Reads the API server at each question.
 */
const api = apiAddress(process.env);
const namespaces = (process.env["NAMESPACES"] ?? "").split(",").filter((name) => name !== "");

async function listAll(): Promise<readonly Listing[]> {
  const all = await Promise.all(namespaces.map((namespace) => listNamespace(api, namespace)));
  const found = all.filter((listing) => listing !== undefined);
  if (found.length === 0) throw new Error(`none of ${namespaces.join(", ")} is there, or may be looked into`);
  return found;
}

const server = createServer((request, response) => {
  if (request.url === "/healthz") {
    response.end("ok\n");
    return;
  }
  void answer(request.url, response);
});

async function answer(path: string | undefined, response: ServerResponse): Promise<void> {
  try {
    const listings = await listAll();
    if (path === "/targets") {
      response.setHeader("content-type", "application/json").end(JSON.stringify(scrapeTargets(listings)));
    } else {
      response.setHeader("content-type", "text/plain; version=0.0.4").end(stateText(listings));
    }
  } catch (error) {
    // Prometheus then keeps the pods that it knows.
    console.error(String(error));
    response.writeHead(503).end("the API server does not answer as it should\n");
  }
}

server.listen(Number(process.env["PORT"] ?? "8080"), process.env["HOST"] ?? "127.0.0.1");
process.once("SIGTERM", () => server.close(() => process.exit(0)));
