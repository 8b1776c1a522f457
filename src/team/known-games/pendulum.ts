import type { KnownGame } from "./known-game.ts";

const gravity = 10;
const stepS = 0.05;
const strongest = 2;
const fastest = 8;

/**
 * Pendulum-v1: one agent turns a hanging pendulum with a weak motor, action x 2, and shall swing it up and keep it there. It
 * gets minus the square of the angle off the upright, a tenth of that of the speed, and a thousandth of that of the push. State:
 * angle, speed. Seen: cosine and sine of the angle, speed. Mass and length are 1.
 *
 * @source Gymnasium 1.4.0, envs/classic_control/pendulum.py
 */
export const pendulum: KnownGame = {
  agents: 1,
  observationSize: 3,
  actions: 0,
  actionSpace: { kind: "squashed-gaussian", size: 1 },
  stateSize: 2,
  mostSteps: 200,
  begin(state, rng) {
    state[0] = rng.between(-Math.PI, Math.PI);
    state[1] = rng.between(-1, 1);
  },
  advance(state, actions, rewards) {
    const [angle, speed] = state as unknown as readonly [number, number];
    const push = strongest * Math.min(1, Math.max(-1, actions[0]!));
    rewards[0] = -(offUpright(angle) ** 2 + 0.1 * speed ** 2 + 0.001 * push ** 2);
    const faster = speed + (1.5 * gravity * Math.sin(angle) + 3 * push) * stepS;
    const after = Math.min(fastest, Math.max(-fastest, faster));
    state[0] = angle + after * stepS;
    state[1] = after;
    return false;
  },
  observe(state, _agent, seen) {
    seen[0] = Math.cos(state[0]!);
    seen[1] = Math.sin(state[0]!);
    seen[2] = state[1]!;
  },
};

/** The angle in [-π, π), where 0 is upright. */
function offUpright(angle: number): number {
  const turn = 2 * Math.PI;
  return ((((angle + Math.PI) % turn) + turn) % turn) - Math.PI;
}
