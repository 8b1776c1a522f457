import { timingSafeEqual } from "node:crypto";
import type { Request, Response } from "express";
import { type Faults, readOrder } from "./faults.ts";

/** No endpoint can have this name: theirs begin with a letter or a digit. */
export const CONTROL_PATH = "/-/fault";
const TOKEN_HEADER = "x-karma-token";
const MOST_BYTES = 4_096;

/** Takes orders from whoever knows the token: 204 done, 400 no order, 401 wrong token, 413 too long. */
export function createControlRoute(token: string, faults: Faults): (request: Request, response: Response) => void {
  const expected = Buffer.from(token);
  return (request, response) => {
    const given = Buffer.from(request.get(TOKEN_HEADER) ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return void response.status(401).end();
    void obey(request, response, faults);
  };
}

async function obey(request: Request, response: Response, faults: Faults): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return void response.status(413).set("Connection", "close").end();
  const order = readOrder(parse(body));
  if (order === undefined) return void response.status(400).end();
  // The answer leaves before a replica that is told to exit does.
  response.status(204).end(() => faults.obey(order));
}

/** Undefined when there is too much of it. A client that leaves before its end sent no order. */
function readBody(request: Request): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) resolve(undefined);
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", () => resolve(""));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
