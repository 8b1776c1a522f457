import type { RawService } from "../raw.ts";
import type { Report } from "../report.ts";
import type { Notes } from "./notes.ts";

export type ImportOptions = {
  /** CPU time of one request where the file says none, ms. */
  readonly workMs: number;
  /** Service where requests come in, instead of what the file says. */
  readonly entry?: string | undefined;
};

/** What every reader of a foreign file is given. */
export type Reading = { readonly options: ImportOptions; readonly report: Report; readonly notes: Notes };

/** A foreign service in karma's words, before those without requests are left out. */
export type ForeignService = {
  /** As the file spells it. */
  readonly name: string;
  readonly service: RawService;
  /** Names of the services it calls, as the file spells them. */
  readonly calls: readonly string[];
  readonly isEntry: boolean;
};
