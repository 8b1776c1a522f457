import { KarmaError } from "../core/errors.ts";

/** Where a verb works: `--on local|kind|twin|context:NAME`. */
export type Where =
  | { readonly kind: "local" }
  | { readonly kind: "kind" }
  | { readonly kind: "twin" }
  /** A context of the user's kubeconfig. */
  | { readonly kind: "context"; readonly context: string };

const CONTEXT = "context:";

/** @param allowed  the kinds that the verb knows */
export function parseWhere(text: string, allowed: readonly Where["kind"][]): Where {
  const context = text.startsWith(CONTEXT) ? text.slice(CONTEXT.length) : undefined;
  if (context !== undefined && context !== "" && allowed.includes("context")) return { kind: "context", context };
  const kind = (["local", "kind", "twin"] as const).find((each) => each === text);
  if (kind !== undefined && allowed.includes(kind)) return { kind };
  const names = allowed.map((each) => (each === "context" ? "context:NAME" : each));
  throw new KarmaError("USAGE", `expected ${names.join(", ")}, found ${text}`, `--on ${names[0]}`);
}

/** As it is typed behind `--on`. */
export function whereName(where: Where): string {
  return where.kind === "context" ? `${CONTEXT}${where.context}` : where.kind;
}
