import express, { type Express, type Request, type Response } from "express";
import type { MockConfig } from "./config.ts";
import { processCpuMs } from "./cpu-clock.ts";
import { createEndpoint } from "./endpoint.ts";
import type { Metrics } from "./metrics.ts";
import type { Replica } from "./replica.ts";

/** All routes of a replica. */
export function createApp(config: MockConfig, metrics: Metrics, replica: Replica): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  for (const endpoint of config.endpoints)
    app.all(`/${endpoint.name}`, createEndpoint(endpoint, metrics.endpoint(endpoint.name), replica));
  app.get("/healthz", (_request, response) => void response.end("ok\n"));
  app.get("/readyz", (_request, response) => answerReadiness(response, replica));
  app.get("/metrics", async (_request: Request, response: Response) => {
    const fromMs = processCpuMs() - replica.cpu.burntMs();
    const text = await metrics.text();
    response.setHeader("Content-Type", metrics.contentType);
    response.end(text);
    replica.overhead.exclude(processCpuMs() - replica.cpu.burntMs() - fromMs);
  });
  return app;
}

function answerReadiness(response: Response, { lifecycle }: Replica): void {
  const isReady = lifecycle.isReady && !lifecycle.isDraining;
  response.statusCode = isReady ? 200 : 503;
  response.end(isReady ? "ready\n" : lifecycle.isDraining ? "draining\n" : "starting\n");
}
