import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorkplace } from "./karma.ts";

const chromiumPath = process.env["KARMA_CHROMIUM"] ?? "/usr/bin/chromium";
const isThere = existsSync(chromiumPath);
if (!isThere) {
  console.error(
    `SKIPPED: the report was looked at in no browser; expected chromium at ${chromiumPath} or KARMA_CHROMIUM`,
  );
}

let browser: Browser | undefined;
beforeAll(async () => {
  if (isThere) browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
});
afterAll(async () => browser?.close());

const topology = {
  services: { front: { cpu: 500, ram: 64, computation_throughput: 100, min_replicas: 1, max_replicas: 8 } },
  connections: [
    { source: "INPUT", destination: "front", throughput: -1 },
    { source: "front", destination: "OUTPUT", throughput: -1 },
  ],
};

/** Evaluates twice, on both twins, and draws both. */
async function drawReport(): Promise<string> {
  const { folder, run } = createWorkplace();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "topology.json"), JSON.stringify(topology));
  const common = ["--no-team", "--seeds", "2", "--train-seeds", "1", "--grid", "coarse", "--length", "4m"];
  for (const twin of ["fluid", "requests"]) {
    const against = twin === "fluid" ? "hpa:60,fixed:tuned,feed-forward" : "hpa:60,feed-forward";
    const ended = await run("evaluate", ...common, "--against", against, "--twin", twin, "--out", twin);
    expect(ended.code, ended.stderr).toBe(0);
  }
  const drawn = await run("report", "fluid", "--with", "requests", "--out", "drawn", "--json");
  expect(drawn.code, drawn.stderr).toBe(0);
  const { page, files } = JSON.parse(drawn.stdout) as { page: string; files: string[] };
  for (const file of files) expect(existsSync(file), file).toBe(true);
  return page;
}

type Seen = { readonly page: Page; readonly complaints: string[]; readonly requests: string[] };

async function open(path: string, options: BrowserContextOptions): Promise<Seen> {
  const page = await (await browser!.newContext(options)).newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, complaints, requests };
}

/** Red, green and blue of what the page is painted on. */
async function paper(page: Page): Promise<string> {
  return page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
}

test.skipIf(!isThere)(
  "the report works in a browser: light, dark, narrow and printed, without asking anybody",
  async () => {
    const path = await drawReport();

    const light = await open(path, { viewport: { width: 1_100, height: 900 }, colorScheme: "light" });
    expect(light.requests).toEqual([pathToFileURL(path).href]);
    expect(light.complaints).toEqual([]);
    expect(await paper(light.page)).toBe("rgb(255, 255, 255)");
    const drawings = light.page.locator("figure .wide svg");
    expect(await drawings.count()).toBeGreaterThan(8);
    for (const box of await drawings.all()) expect((await box.boundingBox())!.width).toBeGreaterThan(600);
    // Every colour of a drawing is one of the theme's: a stand-in would be none.
    const strokes = await light.page.evaluate<string[]>(
      "[...document.querySelectorAll('figure .wide path')].map((one) => getComputedStyle(one).stroke)",
    );
    expect(strokes.filter((stroke) => /rgb\(254, 0,/.test(stroke))).toEqual([]);
    expect(await light.page.locator("#commands pre").innerText()).toContain("karma report fluid --with requests");

    const dark = await open(path, { viewport: { width: 1_100, height: 900 }, colorScheme: "dark" });
    expect(await paper(dark.page)).toBe("rgb(17, 22, 28)");

    const narrow = await open(path, { viewport: { width: 375, height: 800 } });
    expect(await narrow.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
    expect(await narrow.page.locator("figure .wide").first().isVisible()).toBe(false);
    expect(await narrow.page.locator("figure .narrow").first().isVisible()).toBe(true);

    await dark.page.emulateMedia({ media: "print" });
    expect(await paper(dark.page)).toBe("rgb(255, 255, 255)");
    expect(await dark.page.locator("nav").isVisible()).toBe(false);
    expect((await dark.page.pdf({ format: "A4" })).length).toBeGreaterThan(20_000);
  },
);
