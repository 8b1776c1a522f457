import { parse, stringify } from "yaml";
import { KarmaError } from "../../../core/errors.ts";

type KindNode = { readonly role?: string; readonly image?: string; readonly extraPortMappings?: readonly object[] };
type KindConfig = { readonly kind?: unknown; readonly nodes?: readonly KindNode[] };

/**
 * The user's configuration of kind, in which the first control plane maps our ports too and has our node image, where
 * it names none itself.
 *
 * @param own  the configuration that karma would use
 */
export function mergeKindConfig(theirs: string, own: string, path: string): string {
  const config = decode(theirs, path);
  const ours = (parse(own) as { readonly nodes: readonly KindNode[] }).nodes[0]!;
  const nodes = config.nodes ?? [{ role: "control-plane" }];
  const first = nodes.findIndex(({ role }) => role === undefined || role === "control-plane");
  if (first === -1) throw invalid(path, "no node of role control-plane");
  const merged = nodes.map((node, index) => withOurs(node, ours, index === first));
  return stringify({ ...config, nodes: merged });
}

/** @param isFirst  true for the node whose ports answer on this machine */
function withOurs(node: KindNode, ours: KindNode, isFirst: boolean): KindNode {
  const image = node.image ?? ours.image;
  return {
    ...node,
    ...(image === undefined ? {} : { image }),
    ...(isFirst ? { extraPortMappings: [...(node.extraPortMappings ?? []), ...(ours.extraPortMappings ?? [])] } : {}),
  };
}

function decode(text: string, path: string): KindConfig {
  let found: unknown;
  try {
    found = parse(text);
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message.split("\n")[0]! : String(error));
  }
  const config = found as KindConfig | null;
  const isConfig = typeof config === "object" && config?.kind === "Cluster";
  if (!isConfig) throw invalid(path, "no `kind: Cluster`");
  if (config.nodes !== undefined && !Array.isArray(config.nodes)) throw invalid(path, "nodes that are no list");
  return config;
}

function invalid(path: string, found: string): KarmaError {
  const message = `${path}: expected a configuration of kind, found ${found}`;
  return new KarmaError("INPUT_INVALID", message, "https://kind.sigs.k8s.io/docs/user/configuration/ describes it");
}
