import type { Server } from "node:http";
import { Server as NetServer } from "node:net";
import type { Admission } from "./admission.ts";
import type { Lifecycle } from "./replica.ts";

/** Idle connections stay open for a moment, so that a request already on its way is answered and told to leave. */
const GRACE_MS = 300;
const CHECK_EVERY_MS = 10;

/**
 * Ends a replica as Kubernetes asks for it: not ready any more, no new connections, what is in flight is finished
 * within `limitMs`, then exit code 0.
 */
export function drain(server: Server, lifecycle: Lifecycle, admission: Admission, limitMs: number): void {
  if (lifecycle.isDraining) return;
  lifecycle.isDraining = true;
  // The HTTP server's own close() would cut idle connections at once.
  NetServer.prototype.close.call(server);
  const startMs = performance.now();
  setInterval(() => {
    const pastMs = performance.now() - startMs;
    const isIdle = admission.inFlight() === 0 && admission.queued() === 0;
    if ((isIdle && pastMs >= Math.min(GRACE_MS, limitMs)) || pastMs >= limitMs) process.exit(0);
  }, CHECK_EVERY_MS);
}
