import type { Rng } from "../../core/rng.ts";
import type { BackEnd } from "./back-end.ts";
import { scrapeEntry } from "./entry-metrics.ts";
import type { FluidParts } from "./parts.ts";
import { createScrapeProgram } from "./scrape-program.ts";
import { scrapeServices } from "./service-metrics.ts";

export type ScrapePass = {
  /** Scrapes whatever is due. */
  scrape(): void;
  /** Takes over the random streams of an environment, as they are when an episode has been set up. */
  begin(environment: number): void;
};

type ScrapeParts = Pick<
  FluidParts,
  "plan" | "stations" | "entry" | "servicePipeline" | "entryPipeline" | "serviceScrape" | "entryScrape"
> &
  Pick<FluidParts, "metricRngs" | "counts" | "nowTick" | "environments" | "tickMs">;

export function createScrapePass(parts: ScrapeParts, { arena, kernels }: BackEnd): ScrapePass {
  const { serviceScrape, entryScrape, nowTick, environments, metricRngs, counts } = parts;
  if (kernels === undefined)
    return {
      scrape() {
        scrapeServices(serviceScrape, nowTick);
        scrapeEntry(entryScrape, nowTick);
      },
      begin() {},
    };
  const streams = { metrics: arena.int32(environments * WORDS), counts: arena.int32(environments * WORDS) };
  return {
    scrape: createScrapeProgram({ ...parts, streams, placeOf: kernels.placeOf }, arena, kernels.station),
    begin(environment) {
      putStream(streams.metrics, environment, metricRngs[environment]!);
      if (counts !== undefined) putStream(streams.counts, environment, counts.rngs[environment]!);
    },
  };
}

/** Words of the state of a random stream. */
const WORDS = 4;

function putStream(streams: Int32Array, environment: number, rng: Rng): void {
  streams.set(rng.state(), environment * WORDS);
}
