/** What goes wrong after a call has returned, to be told by the next observation. */
export type LaterFailures = {
  readonly note: (error: unknown) => void;
  /** Throws the oldest that was not thrown yet. */
  readonly throwIfAny: () => void;
};

export function createLaterFailures(): LaterFailures {
  const failures: unknown[] = [];
  return {
    note: (error) => void failures.push(error),
    throwIfAny() {
      if (failures.length > 0) throw failures.shift();
    },
  };
}
