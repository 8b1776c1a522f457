import type { KnownGame } from "./known-game.ts";

const agents = 3;
const landmarks = 3;
const stepS = 0.1;
/** Share of the speed that a step takes away. */
const damping = 0.25;
const contactForce = 100;
const contactMargin = 1e-3;
/** Twice the radius of an agent. */
const touching = 0.3;
const sensitivity = 5;
/** Weight of an agent's own collisions against what all get. */
const localRatio = 0.5;

/** Where the parts of the state begin: places and speeds of agents, places of landmarks; two numbers each. */
const speedsAt = 2 * agents;
const landmarksAt = 4 * agents;

/** Pushes of the actions: none, left, right, down, up. */
const pushes = [
  [0, 0],
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

/** Pushes along one axis, where each is chosen by itself: none, left or down, right or up. */
const axisPushes = [0, -1, 1] as const;

/** Pushes on one agent along both axes. */
type PushOf = (actions: ArrayLike<number>, agent: number) => readonly [number, number];

/**
 * Three agents shall cover three landmarks and not collide. Each gets half of minus the sum of the landmarks' distances
 * to their nearest agents, minus half for each other agent it touches. Seen: own speed and place, landmarks and other
 * agents from there, and four zeros where others would speak.
 *
 * @source Lowe et al. 2017 (multiagent-particle-envs), as in MPE2 1.1.1, simple_spread_v3
 */
export const simpleSpread: KnownGame = {
  agents,
  observationSize: 4 + 2 * landmarks + 4 * (agents - 1),
  actions: pushes.length,
  stateSize: 4 * agents + 2 * landmarks,
  mostSteps: 25,
  begin(state, rng) {
    state.fill(0);
    for (let k = 0; k < speedsAt; k++) state[k] = rng.between(-1, 1);
    for (let k = landmarksAt; k < state.length; k++) state[k] = rng.between(-1, 1);
  },
  advance: (state, actions, rewards) => advance(state, actions, rewards, (of, agent) => pushes[of[agent]!]!),
  observe,
};

/** The same with actions of two parts, a push along each axis, so that agents may move aslant. Not in MPE2. */
export const simpleSpreadInParts: KnownGame = {
  ...simpleSpread,
  actions: 2 * axisPushes.length,
  actionSpace: { kind: "multi-discrete", choices: [axisPushes.length, axisPushes.length] },
  advance: (state, actions, rewards) =>
    advance(state, actions, rewards, (of, agent) => [axisPushes[of[2 * agent]!]!, axisPushes[of[2 * agent + 1]!]!]),
};

/**
 * The same as JaxMARL has it: an episode lasts a step longer, and its end by the clock is the game's.
 *
 * @source JaxMARL 0.2.0, MPE_simple_spread_v3: `done` where 25 steps had been made before this one
 */
export const simpleSpreadOfJaxmarl: KnownGame = { ...simpleSpread, mostSteps: 26, isOverByClock: true };

function advance(state: Float64Array, actions: ArrayLike<number>, rewards: Float64Array, pushOf: PushOf): false {
  move(state, forcesOn(state, actions, pushOf));
  const shared = (1 - localRatio) * -uncovered(state);
  for (let agent = 0; agent < agents; agent++) rewards[agent] = shared - localRatio * collisions(state, agent);
  return false;
}

/** Own push and the push of whoever is touched: [agents][2]. */
function forcesOn(state: Float64Array, actions: ArrayLike<number>, pushOf: PushOf): Float64Array {
  const forces = new Float64Array(2 * agents);
  for (let agent = 0; agent < agents; agent++) {
    const [x, y] = pushOf(actions, agent);
    forces[2 * agent] = sensitivity * x;
    forces[2 * agent + 1] = sensitivity * y;
  }
  for (let a = 0; a < agents; a++) for (let b = a + 1; b < agents; b++) repel(state, forces, a, b);
  return forces;
}

/** A spring that is soft at its end. */
function repel(state: Float64Array, forces: Float64Array, a: number, b: number): void {
  const x = state[2 * a]! - state[2 * b]!;
  const y = state[2 * a + 1]! - state[2 * b + 1]!;
  const apart = Math.sqrt(x * x + y * y);
  const depth = (touching - apart) / contactMargin;
  // log(1 + exp(depth)), which does not overflow.
  const penetration = contactMargin * (Math.max(0, depth) + Math.log1p(Math.exp(-Math.abs(depth))));
  const [forceX, forceY] = [(contactForce * x * penetration) / apart, (contactForce * y * penetration) / apart];
  forces[2 * a] = forces[2 * a]! + forceX;
  forces[2 * a + 1] = forces[2 * a + 1]! + forceY;
  forces[2 * b] = forces[2 * b]! - forceX;
  forces[2 * b + 1] = forces[2 * b + 1]! - forceY;
}

/** Places follow the speeds before this step, then speeds the forces; masses are 1. */
function move(state: Float64Array, forces: Float64Array): void {
  for (let k = 0; k < 2 * agents; k++) {
    const speed = state[speedsAt + k]!;
    state[k] = state[k]! + speed * stepS;
    state[speedsAt + k] = speed * (1 - damping) + forces[k]! * stepS;
  }
}

function distance(state: Float64Array, a: number, b: number): number {
  const x = state[a]! - state[b]!;
  const y = state[a + 1]! - state[b + 1]!;
  return Math.sqrt(x * x + y * y);
}

/** Sum of the landmarks' distances to their nearest agents. */
function uncovered(state: Float64Array): number {
  let sum = 0;
  for (let landmark = 0; landmark < landmarks; landmark++) {
    let nearest = Number.POSITIVE_INFINITY;
    for (let agent = 0; agent < agents; agent++)
      nearest = Math.min(nearest, distance(state, 2 * agent, landmarksAt + 2 * landmark));
    sum += nearest;
  }
  return sum;
}

function collisions(state: Float64Array, agent: number): number {
  let count = 0;
  for (let other = 0; other < agents; other++)
    if (other !== agent && distance(state, 2 * agent, 2 * other) < touching) count++;
  return count;
}

function observe(state: Float64Array, agent: number, seen: Float32Array): void {
  const [x, y] = [state[2 * agent]!, state[2 * agent + 1]!];
  let at = 0;
  const show = (a: number, b: number): void => {
    seen[at++] = a;
    seen[at++] = b;
  };
  show(state[speedsAt + 2 * agent]!, state[speedsAt + 2 * agent + 1]!);
  show(x, y);
  for (let k = landmarksAt; k < state.length; k += 2) show(state[k]! - x, state[k + 1]! - y);
  for (let other = 0; other < agents; other++)
    if (other !== agent) show(state[2 * other]! - x, state[2 * other + 1]! - y);
  seen.fill(0, at);
}
