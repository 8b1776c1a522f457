import { readFileSync } from "node:fs";
import type { Listing } from "./state-text.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const PATIENCE_MS = 5_000;

export type ApiAddress = { readonly url: string; readonly tokenFile: string };

export function apiAddress(env: NodeJS.ProcessEnv): ApiAddress {
  return {
    url: env["API_URL"] ?? "https://kubernetes.default.svc",
    tokenFile: env["TOKEN_FILE"] ?? `${ACCOUNT}/token`,
  };
}

/** Undefined where the namespace is gone, and the right to look into it with it. */
export async function listNamespace(api: ApiAddress, namespace: string): Promise<Listing | undefined> {
  const [deployments, pods] = await Promise.all([
    list<Listing["deployments"]>(api, `/apis/apps/v1/namespaces/${namespace}/deployments`),
    list<Listing["pods"]>(api, `/api/v1/namespaces/${namespace}/pods`),
  ]);
  return deployments === undefined || pods === undefined ? undefined : { namespace, deployments, pods };
}

async function list<Items>({ url, tokenFile }: ApiAddress, path: string): Promise<Items | undefined> {
  // Kubernetes writes a new token every hour.
  const authorization = `Bearer ${readFileSync(tokenFile, "utf8").trim()}`;
  const answer = await fetch(`${url}${path}`, {
    headers: { authorization },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (answer.status === 403 || answer.status === 404) {
    await answer.body?.cancel();
    return undefined;
  }
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return ((await answer.json()) as { readonly items: Items }).items;
}
