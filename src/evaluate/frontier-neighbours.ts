import { putTogether, takeApart } from "../control/autoscalers/spec.ts";

/** How far a target is moved: twice the grid's own step would leave it. */
const STEPS = [0.9, 1.1];

/** The target that a bare number stands for. */
const bareOf: Readonly<Record<string, string>> = { hpa: "target", "feed-forward": "multiplier", local: "multiplier" };

/**
 * Specs around one that did well: each service's target a tenth lower and higher, the others as they are. Where a family
 * has one number for all services it is that number that is moved.
 *
 * @param services  how many there are
 */
export function neighboursOf(spec: string, services: number): string[] {
  const bare = bareOf[spec.split(":", 1)[0]!];
  if (bare === undefined) return [];
  const { name, pieces } = takeApart(spec, bare);
  return pieces.flatMap(([key, value], at) => {
    if (!movable.has(key)) return [];
    return movedValues(value, key === "multiplier" ? 1 : services).map((moved) =>
      putTogether({ name, pieces: pieces.map((piece, index) => (index === at ? ([key, moved] as const) : piece)) }),
    );
  });
}

const movable: ReadonlySet<string> = new Set(["target", "rps", "multiplier"]);

function movedValues(value: string, services: number): string[] {
  const given = value.split("/").map(Number);
  const each = given.length === 1 ? Array.from({ length: services }, () => given[0]!) : given;
  return each.flatMap((_, service) =>
    STEPS.map((step) => each.map((one, index) => rounded(index === service ? one * step : one)).join("/")),
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
