import type { LinkType, OrgSignal } from "./organization.ts";

/** An organization as a file holds it, once its structure is known to be right. */
export type RawOrganization = {
  readonly name: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, readonly RawCondition[]>>;
  readonly structural: { readonly roles: Readonly<Record<string, RawRole>>; readonly group: RawGroup };
  readonly functional?: { readonly schemes: readonly RawScheme[]; readonly preferences?: readonly RawPreference[] };
  readonly normative?: readonly RawNorm[];
};

export type RawCondition = { readonly signal: OrgSignal; readonly above?: number; readonly below?: number };
export type RawRole = {
  readonly description?: string;
  readonly extends?: readonly string[];
  readonly abstract?: boolean;
  readonly services?: readonly string[];
  readonly rules?: readonly RawRule[];
};
export type RawRule = {
  readonly history: string;
  readonly allow: readonly string[];
  readonly hardness?: number;
  readonly penalty?: number;
};
export type RawCardinality = { readonly min?: number; readonly max?: number };
export type RawGroup = RawCardinality & {
  readonly id: string;
  readonly roles?: Readonly<Record<string, RawCardinality>>;
  readonly links?: readonly RawLink[];
  readonly compatibilities?: readonly RawRelation[];
  readonly subgroups?: readonly RawGroup[];
};
export type RawRelation = {
  readonly from: string;
  readonly to: string;
  readonly scope?: "intra" | "inter";
  readonly bidirectional?: boolean;
  readonly extends_to_subgroups?: boolean;
};
export type RawLink = RawRelation & { readonly type: LinkType };
export type RawScheme = {
  readonly id: string;
  readonly goal: RawGoal;
  readonly missions?: Readonly<Record<string, RawMission>>;
};
export type RawGoal = {
  readonly id: string;
  readonly description?: string;
  readonly reached?: string;
  readonly bonus?: number;
  readonly within_s?: number;
  readonly plan?: {
    readonly operator: "sequence" | "choice" | "parallel";
    readonly success_rate?: number;
    readonly goals: readonly RawGoal[];
  };
};
export type RawMission = RawCardinality & {
  readonly description?: string;
  readonly goals: readonly string[];
  readonly weight?: number;
};
export type RawPreference = { readonly mission: string; readonly over: string };
export type RawNorm = {
  readonly id: string;
  readonly type: "obligation" | "permission";
  readonly role: string;
  readonly mission: string;
  readonly when?: string;
  readonly within_s?: number;
  readonly penalty?: number;
};
