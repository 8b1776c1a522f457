import { parseAllDocuments } from "yaml";
import type { Artifact } from "../../../src/system/compile/artifact.ts";

/** A manifest as a reader of the YAML sees it. */
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
};

/** All objects of all manifests, or of other files, in the order of their files. */
export function objectsIn(artifacts: readonly Artifact[], path: RegExp = /^manifests\//): readonly KubernetesObject[] {
  return artifacts
    .filter((artifact) => path.test(artifact.path))
    .flatMap(({ content }) => parseAllDocuments(content).map((document) => document.toJS() as KubernetesObject));
}

/** What stands at a path such as `spec.template.metadata`; undefined where nothing does. */
export function at(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(".")) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

export function recordAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  const found = at(value, path);
  return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
}
