import type { KnownGame } from "./known-game.ts";

const gravity = 9.8;
const poleMass = 0.1;
const totalMass = 1.1;
/** Half of the pole's length. */
const halfLength = 0.5;
const push = 10;
const stepS = 0.02;
/** Beyond these the pole has fallen, or the cart has left the track. */
const widestAngle = (12 * 2 * Math.PI) / 360;
const widestPlace = 2.4;

/**
 * CartPole-v1: one agent pushes a cart to the left (0) or right (1) to keep a pole upright, and gets 1 a step, 500 at
 * most. State and observation: place, speed, angle, speed of the angle.
 *
 * @source Barto, Sutton & Anderson 1983, as in Gymnasium 1.4.0, envs/classic_control/cartpole.py
 */
export const cartPole: KnownGame = {
  agents: 1,
  observationSize: 4,
  actions: 2,
  stateSize: 4,
  mostSteps: 500,
  begin(state, rng) {
    for (let k = 0; k < 4; k++) state[k] = rng.between(-0.05, 0.05);
  },
  advance(state, actions, rewards) {
    pushCart(state, actions[0] === 1 ? push : -push);
    rewards[0] = 1;
    return Math.abs(state[0]!) > widestPlace || Math.abs(state[2]!) > widestAngle;
  },
  observe: (state, _agent, seen) => seen.set(state),
};

/** One step of Euler's method. */
function pushCart(state: Float64Array, force: number): void {
  const [place, speed, angle, turning] = state as unknown as readonly [number, number, number, number];
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const poleMoment = poleMass * halfLength;
  const pressed = (force + poleMoment * turning * turning * sine) / totalMass;
  const turns = (gravity * sine - cosine * pressed) / (halfLength * (4 / 3 - (poleMass * cosine * cosine) / totalMass));
  const speeds = pressed - (poleMoment * turns * cosine) / totalMass;
  state[0] = place + stepS * speed;
  state[1] = speed + stepS * speeds;
  state[2] = angle + stepS * turning;
  state[3] = turning + stepS * turns;
}
