import { categoricalHead } from "./categorical.ts";
import type { ActionSpace, Head } from "./head.ts";
import { multiDiscreteHead } from "./multi-discrete.ts";
import { squashedGaussianHead } from "./squashed-gaussian.ts";

export function createHead(space: ActionSpace): Head {
  switch (space.kind) {
    case "categorical":
      return categoricalHead(space.choices);
    case "multi-discrete":
      return multiDiscreteHead(space.choices);
    case "squashed-gaussian":
      return squashedGaussianHead(space.size);
  }
}
