import type { MockCall } from "./config.ts";

/** Retries that one replica may still make of one call. */
export type RetryBudget = {
  /** The call is made for the first time: it earns its share of a retry. */
  earn(): void;
  /** True when it may be tried again; that retry is spent then. */
  spend(): boolean;
};

/** Retries that a full budget holds: the first failures of a replica, or a short burst of them. */
const FULL = 10;

export function createRetryBudget({ retryBudget }: Pick<MockCall, "retryBudget">): RetryBudget {
  if (retryBudget === undefined) return { earn: () => undefined, spend: () => true };
  let left = FULL;
  return {
    earn() {
      left = Math.min(FULL, left + retryBudget);
    },
    spend() {
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
