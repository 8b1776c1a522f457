import type { Admission } from "./admission.ts";
import type { Caller } from "./calls.ts";
import type { Coldness } from "./coldness.ts";
import type { Faults } from "./faults.ts";
import type { Incidents } from "./incidents.ts";
import type { Memory } from "./memory.ts";
import type { Overhead } from "./overhead.ts";
import type { Quota } from "./quota.ts";
import type { Random } from "./random.ts";
import type { RoundRobin } from "./round-robin.ts";

/** What the endpoints of one replica share. */
export type Replica = {
  readonly service: string;
  readonly admission: Admission;
  readonly cpu: RoundRobin;
  readonly overhead: Overhead;
  readonly quota: Quota;
  readonly incidents: Incidents;
  readonly faults: Faults;
  readonly coldness: Coldness;
  readonly memory: Memory;
  readonly random: Random;
  /** Factor on the work of a request that begins now and is in work already. */
  readonly growth: () => number;
  readonly call: Caller;
  readonly lifecycle: Lifecycle;
  readonly totals: Totals;
};

export type Lifecycle = {
  /** Requests come from the replica itself: little work, no calls. */
  isRehearsing: boolean;
  isReady: boolean;
  isDraining: boolean;
};

export type Totals = {
  /** Time requests waited for a slot or for their share of the CPU, ms. */
  waitMs: number;
  /** CPU burnt for requests and the overhead attributed to them, ms. */
  workMs: number;
  /** Requests that a flood sent. */
  flooded: number;
};
