import { KarmaError } from "../../../core/errors.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { callForJson, refusal } from "../cluster/api-failure.ts";

/** Something that decides the size of a Deployment. */
export type FoundAutoscaler = {
  readonly kind: "HorizontalPodAutoscaler" | "ScaledObject" | "VerticalPodAutoscaler";
  readonly name: string;
  /** Name of the Deployment. */
  readonly target: string;
  /** Made by karma: it may be replaced. */
  readonly isKarmas: boolean;
};

type ScalerKind = {
  readonly kind: FoundAutoscaler["kind"];
  /** Group, version and plural in the API. */
  readonly resource: readonly [group: string, version: string, plural: string];
  readonly targetField: "scaleTargetRef" | "targetRef";
};

const kinds: readonly ScalerKind[] = [
  {
    kind: "HorizontalPodAutoscaler",
    resource: ["autoscaling", "v2", "horizontalpodautoscalers"],
    targetField: "scaleTargetRef",
  },
  { kind: "ScaledObject", resource: ["keda.sh", "v1alpha1", "scaledobjects"], targetField: "scaleTargetRef" },
  {
    kind: "VerticalPodAutoscaler",
    resource: ["autoscaling.k8s.io", "v1", "verticalpodautoscalers"],
    targetField: "targetRef",
  },
];

type Scaler = {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string }[];
  };
  readonly spec: {
    readonly scaleTargetRef?: TargetRef;
    readonly targetRef?: TargetRef;
    readonly updatePolicy?: { readonly updateMode?: string };
  };
};

/** KEDA's may leave the kind out, which means a Deployment. */
type TargetRef = { readonly kind?: string; readonly name: string };

/** HPAs, KEDA's ScaledObjects and VPAs on Deployments of a namespace; kinds that the cluster does not know are none. */
export async function findAutoscalers(api: ApiCaller, namespace: string): Promise<readonly FoundAutoscaler[]> {
  const groups = await callForJson<{ readonly groups: readonly { readonly name: string }[] }>(
    api,
    { path: "/apis" },
    "ask which kinds of autoscalers there are",
  );
  const known = kinds.filter(({ resource: [group] }) => groups.groups.some(({ name }) => name === group));
  return (await Promise.all(known.map((kind) => findOfKind(api, namespace, kind)))).flat();
}

async function findOfKind(api: ApiCaller, namespace: string, kind: ScalerKind): Promise<readonly FoundAutoscaler[]> {
  const [group, version, plural] = kind.resource;
  const answer = await api.call({ path: `/apis/${group}/${version}/namespaces/${namespace}/${plural}` });
  // A group may be there in another version, without this kind.
  if (answer.status === 404) return [];
  if (answer.status >= 300) throw refusal(api.context, answer, `list ${plural} in ${namespace}`);
  const { items } = JSON.parse(answer.text) as { readonly items: readonly Scaler[] };
  return items.filter(decides).flatMap((scaler) => asFound(kind, scaler));
}

/** KEDA's own HPA is KEDA's; a VPA that is off only recommends. */
function decides({ metadata, spec }: Scaler): boolean {
  const isKedas = metadata.ownerReferences?.some(({ kind }) => kind === "ScaledObject") === true;
  return !isKedas && spec.updatePolicy?.updateMode !== "Off";
}

function asFound({ kind, targetField }: ScalerKind, { metadata, spec }: Scaler): readonly FoundAutoscaler[] {
  const target = spec[targetField];
  if (target === undefined || (target.kind ?? "Deployment") !== "Deployment") return [];
  const isKarmas = metadata.labels?.["app.kubernetes.io/managed-by"] === "karma-sim";
  return [{ kind, name: metadata.name, target: target.name, isKarmas }];
}

/**
 * Two autoscalers on one Deployment undo each other's decisions, and neither is what is measured.
 *
 * @param deployments  names that are about to be scaled
 */
export function refuseOthers(
  found: readonly FoundAutoscaler[],
  namespace: string,
  deployments: readonly string[],
): void {
  const others = found.filter(({ target, isKarmas }) => !isKarmas && deployments.includes(target));
  if (others.length === 0) return;
  const named = others.map(({ kind, name, target }) => `${kind} ${name} already scales Deployment ${target}`);
  const hint = `two autoscalers on one Deployment undo each other's decisions: ${others
    .map(({ kind, name }) => `kubectl -n ${namespace} delete ${kind.toLowerCase()} ${name}`)
    .join("; ")}`;
  throw new KarmaError("NOT_READY", `in namespace ${namespace} ${named.join(", ")}`, hint);
}
