import { isKindOf } from "../specification/inheritance.ts";
import type { Norm, Organization } from "../specification/organization.ts";
import type { Assignment } from "../team/assign.ts";
import type { Histories } from "./histories.ts";

/** What became of a norm over all agents it is for. */
export type NormCounts = {
  readonly norm: string;
  /** How often it came into force. */
  inForce: number;
  met: number;
  unmet: number;
};

/** Norms in force, by cell. A norm with a condition comes into force when the history fits, and ends met or unmet. */
export type NormState = {
  readonly counts: readonly NormCounts[];
  /** True where the norm is in force for the agent of a cell. */
  isInForce(norm: number, cell: number): boolean;
  /** Brings norms into force. @returns numbers of those that now are, of this cell */
  begin(cell: number, atS: number): void;
  /** The mission's goals are reached: an obligation is met. */
  meet(norm: number, cell: number): void;
  /** Obligations whose time is over cost, and end. */
  charge(cell: number, atS: number, rewards: Float64Array): void;
  restart(cell: number): void;
  /** Norms for the agent of a cell: [cells][...]. */
  readonly ofCell: readonly (readonly number[])[];
};

export function createNorms(
  organization: Organization,
  { roles }: Assignment,
  environments: number,
  histories: Histories,
): NormState {
  const { norms } = organization;
  const cells = roles.length * environments;
  const isFor = (norm: Norm, cell: number): boolean =>
    roles[Math.floor(cell / environments)]!.some((role) => isKindOf(organization.roles, role, norm.role));
  const ofCell = Array.from({ length: cells }, (_, cell) =>
    norms.flatMap((norm, number) => (isFor(norm, cell) ? [number] : [])),
  );
  const patterns = norms.map(({ when }, number) =>
    when === undefined
      ? -1
      : histories.follow(
          when,
          [...ofCell.keys()].filter((cell) => ofCell[cell]!.includes(number)),
        ),
  );
  /** Since when a norm is in force, s; NaN where it is not: [norms][cells]. */
  const sinceS = norms.map(() => new Float64Array(cells).fill(Number.NaN));
  const counts = norms.map(({ id }): NormCounts => ({ norm: id, inForce: 0, met: 0, unmet: 0 }));
  const isInForce = (norm: number, cell: number): boolean => !Number.isNaN(sinceS[norm]![cell]!);

  function end(norm: number, cell: number): void {
    sinceS[norm]![cell] = Number.NaN;
    if (patterns[norm]! >= 0) histories.restart(cell, patterns[norm]);
  }

  return {
    counts,
    ofCell,
    isInForce,
    begin(cell, atS) {
      for (const norm of ofCell[cell]!) {
        if (isInForce(norm, cell)) continue;
        if (patterns[norm]! >= 0 && !histories.isMatch(patterns[norm]!, cell)) continue;
        sinceS[norm]![cell] = atS;
        counts[norm]!.inForce++;
      }
    },
    meet(norm, cell) {
      counts[norm]!.met++;
      end(norm, cell);
    },
    charge(cell, atS, rewards) {
      for (const norm of ofCell[cell]!) {
        const { type, withinS, penalty } = norms[norm]!;
        if (type !== "obligation" || !(atS - sinceS[norm]![cell]! > withinS)) continue;
        counts[norm]!.unmet++;
        rewards[cell] = rewards[cell]! - penalty;
        end(norm, cell);
      }
    },
    restart(cell) {
      for (const norm of ofCell[cell]!) end(norm, cell);
    },
  };
}
