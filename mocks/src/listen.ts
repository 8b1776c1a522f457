import type { Server } from "node:http";

/** Resolves with the port, once the server accepts connections. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error(`not an address of TCP: ${address}`);
      resolve(address.port);
    });
  });
}
