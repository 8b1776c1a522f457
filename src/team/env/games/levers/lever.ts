/** What an agent may do to its service besides changing the replicas; of a game of one environment. */
export type Lever = {
  /** Each agent's. */
  readonly choices: number;
  /** 1 where a choice may be taken now: [choices]. */
  mask(service: number): Uint8Array;
  /** To be called before the step in which it acts. */
  take(service: number, choice: number): void;
  /** Nothing has been done yet. To be called when an episode has begun. */
  begin(): void;
  /** What an agent has to see of it. */
  readonly features: readonly LeverFeature[];
};

export type LeverFeature = { readonly name: string; readonly high: number; of(service: number): number };

/** Two choices, on and off: what is may not be chosen again. */
export function toggle(name: string, services: number, put: (service: number, isOn: boolean) => void): Lever {
  const on = new Uint8Array(services);
  return {
    choices: 2,
    mask: (service) => Uint8Array.of(1 - on[service]!, on[service]!),
    take(service, choice) {
      on[service] = choice === 0 ? 1 : 0;
      put(service, choice === 0);
    },
    begin: () => void on.fill(0),
    features: [{ name, high: 1, of: (service) => on[service]! }],
  };
}
