import express, { type Express, type Request, type Response } from "express";
import type { MockConfig } from "./config.ts";
import { CONTROL_PATH, createControlRoute } from "./control-route.ts";
import { processCpuMs } from "./cpu-clock.ts";
import { createEndpoint } from "./endpoint.ts";
import type { Metrics } from "./metrics.ts";
import type { Replica } from "./replica.ts";

/** All routes of a replica. */
export function createApp(
  config: MockConfig,
  metrics: Metrics,
  replica: Replica,
  controlToken: string | undefined,
): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  for (const endpoint of config.endpoints)
    app.all(`/${endpoint.name}`, createEndpoint(endpoint, metrics.endpoint(endpoint.name), replica));
  app.get("/healthz", (_request, response) => void response.end("ok\n"));
  app.get("/readyz", (_request, response) => answerReadiness(response, replica));
  if (controlToken !== undefined) app.post(CONTROL_PATH, createControlRoute(controlToken, replica.faults));
  app.get("/metrics", async (_request: Request, response: Response) => {
    if (replica.faults.areMetricsLost()) return void response.status(503).end();
    const fromMs = processCpuMs() - replica.cpu.burntMs();
    const text = await metrics.text();
    response.setHeader("Content-Type", metrics.contentType);
    response.end(text);
    replica.overhead.exclude(processCpuMs() - replica.cpu.burntMs() - fromMs);
  });
  return app;
}

function answerReadiness(response: Response, { lifecycle, faults }: Replica): void {
  const isReady = lifecycle.isReady && !lifecycle.isDraining && !faults.isUnready();
  response.statusCode = isReady ? 200 : 503;
  response.end(isReady ? "ready\n" : lifecycle.isDraining ? "draining\n" : "not ready\n");
}
