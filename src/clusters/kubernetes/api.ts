import type {
  AppsV1Api,
  AuthorizationV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  VersionApi,
} from "@kubernetes/client-node";
import { KarmaError } from "../../core/errors.ts";

/** One Kubernetes API server, through one context of the user's kubeconfig. */
export type KubernetesApi = {
  readonly context: string;
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly autoscaling: AutoscalingV2Api;
  readonly authorization: AuthorizationV1Api;
  readonly version: VersionApi;
  /** Any object by its manifest. */
  readonly objects: KubernetesObjectApi;
};

/** Field manager of everything that karma applies. */
export const FIELD_MANAGER = "karma";

/**
 * @param context  name of a context; the kubeconfig's current one is never taken by itself
 * @throws KarmaError where the kubeconfig has no such context
 */
export async function openKubernetesApi(context: string): Promise<KubernetesApi> {
  // The client is large: only what talks to Kubernetes waits for it.
  const k8s = await import("@kubernetes/client-node");
  const config = new k8s.KubeConfig();
  config.loadFromDefault();
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    const found = known.length === 0 ? "no context at all" : known.join(", ");
    throw new KarmaError(
      "INPUT_INVALID",
      `expected a context of the kubeconfig, found no ${context} (there is: ${found})`,
      "kubectl config get-contexts lists them; KUBECONFIG names another file",
    );
  }
  config.setCurrentContext(context);
  return {
    context,
    config,
    core: config.makeApiClient(k8s.CoreV1Api),
    apps: config.makeApiClient(k8s.AppsV1Api),
    autoscaling: config.makeApiClient(k8s.AutoscalingV2Api),
    authorization: config.makeApiClient(k8s.AuthorizationV1Api),
    version: config.makeApiClient(k8s.VersionApi),
    objects: k8s.KubernetesObjectApi.makeApiClient(config),
  };
}
