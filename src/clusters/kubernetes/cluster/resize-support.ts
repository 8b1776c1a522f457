import { callForJson } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";

type ResourceList = { readonly resources: readonly { readonly name: string }[] };
type Version = { readonly gitVersion: string };

/** Why this API server cannot change the CPU of a pod as it runs; undefined where it can. */
export async function whyNoResize(caller: ApiCaller): Promise<string | undefined> {
  const { resources } = await callForJson<ResourceList>(caller, { path: "/api/v1" }, "list what the API server has");
  if (resources.some(({ name }) => name === "pods/resize")) return undefined;
  const { gitVersion } = await callForJson<Version>(caller, { path: "/version" }, "ask for the version");
  return `Kubernetes ${gitVersion} has no pods/resize, which comes with 1.33`;
}
