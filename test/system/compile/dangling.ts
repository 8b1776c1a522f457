import { checkConfig } from "../../../mocks/src/check-config.ts";
import { type KubernetesObject, at, listAt, recordAt } from "./objects.ts";

const dnsLabel = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** A sentence per name that is used twice or ill formed, and per reference that leads nowhere. */
export function danglingIn(objects: readonly KubernetesObject[]): readonly string[] {
  return [
    ...twice(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`)),
    ...twice(objects.flatMap((object) => listAt(object, "spec.ports").map((port) => at(port, "nodePort")))),
    ...objects.flatMap((object) => [
      ...names(object),
      ...labels(object),
      ...namespaced(object, objects),
      ...(checks[object.kind]?.(object, objects) ?? []),
    ]),
  ];
}

type Check = (object: KubernetesObject, all: readonly KubernetesObject[]) => readonly string[];

const checks: Readonly<Record<string, Check>> = {
  Service: finding,
  Deployment: (object, all) => [...selecting(object, all), ...mounting(object, all), ...probing(object)],
  ConfigMap: calling,
  HorizontalPodAutoscaler: (object, all) =>
    all.some(({ kind, metadata }) => kind === "Deployment" && metadata.name === at(object, "spec.scaleTargetRef.name"))
      ? []
      : [`${object.metadata.name}: scales no Deployment`],
  NetworkPolicy: (object, all) =>
    selectedBy(recordAt(object, "spec.podSelector.matchLabels"), all).length === 1
      ? []
      : [`${object.metadata.name}: protects no pod`],
};

function twice(keys: readonly unknown[]): readonly string[] {
  return keys
    .filter((key, index) => key !== undefined && keys.indexOf(key) < index)
    .map((key) => `${String(key)}: used twice`);
}

function names({ metadata }: KubernetesObject): readonly string[] {
  return dnsLabel.test(metadata.name) ? [] : [`${metadata.name}: no name for Kubernetes`];
}

function labels(object: KubernetesObject): readonly string[] {
  return Object.entries(object.metadata.labels ?? {})
    .filter(([, value]) => typeof value !== "string" || !labelValue.test(value))
    .map(([key, value]) => `${object.metadata.name}: ${key} has no label value ${value}`);
}

function namespaced({ kind, metadata }: KubernetesObject, all: readonly KubernetesObject[]): readonly string[] {
  if (kind === "Namespace") return [];
  const isThere = all.some((other) => other.kind === "Namespace" && other.metadata.name === metadata.namespace);
  return isThere ? [] : [`${metadata.name}: no namespace ${metadata.namespace}`];
}

/** A Service finds the pods of one Deployment, at a port they have. */
function finding(object: KubernetesObject, all: readonly KubernetesObject[]): readonly string[] {
  const found = selectedBy(recordAt(object, "spec.selector"), all);
  if (found.length !== 1) return [`${object.metadata.name}: finds the pods of ${found.length} Deployments`];
  const ports = portNames(found[0]!);
  return listAt(object, "spec.ports")
    .filter((port) => !ports.includes(at(port, "targetPort")))
    .map((port) => `${object.metadata.name}: no port ${String(at(port, "targetPort"))}`);
}

/** A Deployment owns its own pods and nobody else's. */
function selecting(object: KubernetesObject, all: readonly KubernetesObject[]): readonly string[] {
  const found = selectedBy(recordAt(object, "spec.selector.matchLabels"), all);
  return found.length === 1 && found[0] === object ? [] : [`${object.metadata.name}: selects other pods`];
}

function selectedBy(
  selector: Readonly<Record<string, unknown>>,
  all: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  const wanted = Object.entries(selector);
  return all.filter((object) => {
    const own = recordAt(object, "spec.template.metadata.labels");
    return object.kind === "Deployment" && wanted.length > 0 && wanted.every(([key, value]) => own[key] === value);
  });
}

/** Volumes are of ConfigMaps that exist, with the keys that are taken from them; what is mounted is a volume. */
function mounting(object: KubernetesObject, all: readonly KubernetesObject[]): readonly string[] {
  const volumes = listAt(object, "spec.template.spec.volumes");
  const missing = volumes.flatMap((volume) => {
    const name = at(volume, "configMap.name");
    if (name === undefined) return [];
    const data = recordAt(
      all.find((other) => other.kind === "ConfigMap" && other.metadata.name === name),
      "data",
    );
    return listAt(volume, "configMap.items").filter((item) => !Object.hasOwn(data, String(at(item, "key"))));
  });
  const known = new Set(volumes.map((volume) => at(volume, "name")));
  const unknown = listAt(object, "spec.template.spec.containers")
    .flatMap((container) => listAt(container, "volumeMounts"))
    .filter((mount) => !known.has(at(mount, "name")));
  return [...missing, ...unknown].map((where) => `${object.metadata.name}: nothing at ${JSON.stringify(where)}`);
}

function probing(object: KubernetesObject): readonly string[] {
  const container = listAt(object, "spec.template.spec.containers")[0];
  return ["startupProbe", "readinessProbe", "livenessProbe"]
    .filter((probe) => !portNames(object).includes(at(container, `${probe}.httpGet.port`)))
    .map((probe) => `${object.metadata.name}: ${probe} asks no port`);
}

function portNames(deployment: KubernetesObject): readonly unknown[] {
  return listAt(deployment, "spec.template.spec.containers").flatMap((container) =>
    listAt(container, "ports").map((port) => at(port, "name")),
  );
}

/** A service is told something that the mock accepts, and calls Services that exist. */
function calling(object: KubernetesObject, all: readonly KubernetesObject[]): readonly string[] {
  const config = checkConfig(JSON.parse(String(recordAt(object, "data")["config.json"])));
  if (!("service" in config)) return config.map(({ path, message }) => `${object.metadata.name}: ${path} ${message}`);
  return Object.values(config.upstreams)
    .filter((url) => !all.some((other) => other.kind === "Service" && isAddressOf(other, new URL(url))))
    .map((url) => `${object.metadata.name}: nobody at ${url}`);
}

function isAddressOf(service: KubernetesObject, { hostname, port }: URL): boolean {
  return (
    service.metadata.name === hostname && listAt(service, "spec.ports").some((one) => at(one, "port") === Number(port))
  );
}
