import { createHash } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** As much of an image registry as a push needs, on this machine alone. */
export type SmallRegistry = {
  readonly host: string;
  /** Manifests by `name:tag`. */
  readonly manifests: ReadonlyMap<string, string>;
  /** Bytes of what was uploaded, by digest. */
  readonly blobs: ReadonlyMap<string, number>;
  close(): Promise<void>;
};

/** @param login  `user:password` that it asks for; nobody is asked when left out */
export async function startSmallRegistry(login?: string): Promise<SmallRegistry> {
  const manifests = new Map<string, string>();
  const blobs = new Map<string, number>();
  const uploads = new Map<string, Buffer>();
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://registry");
    if (wanted !== undefined && request.headers.authorization !== wanted) {
      response.setHeader("www-authenticate", 'Basic realm="small"');
      return reply(response, 401);
    }
    if (pathname.endsWith("/blobs/uploads/")) {
      const id = `${pathname}${uploads.size}`;
      uploads.set(id, Buffer.alloc(0));
      return reply(response, 202, { location: id, range: "0-0" });
    }
    if (pathname.includes("/blobs/uploads/")) {
      const all = Buffer.concat([uploads.get(pathname) ?? Buffer.alloc(0), body]);
      uploads.set(pathname, all);
      if (request.method !== "PUT") return reply(response, 202, { location: pathname, range: `0-${all.length - 1}` });
      if (digestOf(all) !== searchParams.get("digest")) return reply(response, 400);
      blobs.set(digestOf(all), all.length);
      return reply(response, 201, { "docker-content-digest": digestOf(all) });
    }
    const bytes = blobs.get(pathname.split("/blobs/")[1] ?? "");
    if (bytes !== undefined) return reply(response, 200, { "content-length": String(bytes) });
    const [, name, tag] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(pathname) ?? [];
    if (name !== undefined && request.method === "PUT") {
      manifests.set(`${name}:${tag}`, body.toString());
      return reply(response, 201, { "docker-content-digest": digestOf(body) });
    }
    return reply(response, pathname === "/v2/" ? 200 : 404);
  }

  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    manifests,
    blobs,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "docker-distribution-api-version": "registry/2.0", ...headers }).end();
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
