import { KarmaError } from "../../../core/errors.ts";
import { callForJson } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";

/** The first version that lets a container sleep before it ends, without being asked to (PodLifecycleSleepAction). */
const LEAST_MINOR = 30;

type Version = { readonly major: string; readonly minor: string; readonly gitVersion: string };

/** @throws KarmaError where the API server does not answer, or is too old */
export async function requireServerVersion(caller: ApiCaller, signal: AbortSignal): Promise<string> {
  const found = await callForJson<Version>(caller, { path: "/version", signal }, "read the version");
  const minor = Number.parseInt(found.minor, 10);
  if (Number(found.major) > 1 || minor >= LEAST_MINOR) return found.gitVersion;
  throw new KarmaError(
    "NOT_READY",
    `expected Kubernetes 1.${LEAST_MINOR} or newer behind context ${caller.context}, found ${found.gitVersion}`,
    "use a newer cluster: karma cluster up --on kind makes one",
  );
}
