import type { Service, Topology } from "../topology/topology.ts";

export type Labels = Readonly<Record<string, string>>;

/** Says which topology, and which part of it, an object was made from. */
export const HASH_ANNOTATION = "karma-sim/hash";
const MAX_VALUE_LENGTH = 63;

/** What finds the pods of a service; never changes while the service is there. */
export function selectorOf(topology: Topology, service: Service): Labels {
  return { "app.kubernetes.io/name": service.name, "app.kubernetes.io/instance": topology.name };
}

/** Labels of everything that belongs to a service. */
export function labelsOf(topology: Topology, service: Service, image: string): Labels {
  const isEntry = topology.entries.some((entry) => entry.service === service.name);
  return {
    ...selectorOf(topology, service),
    "app.kubernetes.io/component": isEntry ? "entry" : "service",
    ...commonLabels,
    ...versionLabel(image),
  };
}

/** Labels of what belongs to a topology as a whole. */
export function topologyLabels(topology: Topology): Labels {
  return { "app.kubernetes.io/instance": topology.name, ...commonLabels };
}

const commonLabels: Labels = {
  "app.kubernetes.io/part-of": "karma",
  "app.kubernetes.io/managed-by": "karma-sim",
};

/** The image's tag, as far as a label can hold it; an image without a tag has no version to tell. */
function versionLabel(image: string): Labels {
  const tag = /:([\w][\w.-]*)$/.exec(image.replace(/@.*$/, ""))?.[1];
  if (tag === undefined) return {};
  return { "app.kubernetes.io/version": tag.slice(0, MAX_VALUE_LENGTH).replace(/[_.-]+$/, "") };
}
