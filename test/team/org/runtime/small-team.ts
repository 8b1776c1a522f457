import { createReadings } from "../../../../src/control/readings/readings.ts";
import { createRng } from "../../../../src/core/rng.ts";
import { createGuidance, type Guidance } from "../../../../src/team/org/runtime/guidance.ts";
import { parseOrganization } from "../../../../src/team/org/specification/parse-organization.ts";
import type { Loose } from "../specification/organization.ts";

export const shrink = 0;
export const keep = 1;
export const grow = 2;

/** Agents that play the roles given, in one environment; each can ask for one replica less, the same, or one more. */
export type SmallTeam = {
  readonly guidance: Guidance;
  /** Sees these CPUs, one per agent, 10 s after the last time. */
  see(...cpu: number[]): void;
  /** Does these actions, one per agent; the rewards of each agent. */
  act(...actions: number[]): number[];
  /** What an agent may do. */
  allowed(agent: number): number[];
};

/** `hot` is a CPU above .8, `cold` one below .2. */
export function smallTeam(parts: Loose, roles: readonly (readonly string[])[]): SmallTeam {
  const raw = {
    name: "small",
    labels: { hot: [{ signal: "cpu", above: 0.8 }], cold: [{ signal: "cpu", below: 0.2 }] },
    structural: { roles: { a: {}, b: {} }, group: { id: "g", roles: { a: {}, b: {} } } },
    ...parts,
  };
  const parsed = parseOrganization(JSON.stringify(raw), "small.json");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const agents = roles.length;
  const guidance = createGuidance({
    organization: parsed.value,
    assignment: { roles },
    shape: { agents, environments: 1, actions: 3 },
    sizes: { size: new Float64Array(agents).fill(4), need: new Float64Array(agents).fill(3) },
    wanted: (action) => 4 + action - 1,
    wantedAll: (_, replicas) => replicas.set([3, 4, 5]),
  });
  const now = Float64Array.of(-10);
  const rng = createRng("guidance");
  return {
    guidance,
    see(...cpu) {
      now[0] = now[0]! + 10;
      const readings = createReadings(agents, 1, now[0] * 1_000);
      readings.cpu.set(cpu);
      guidance.see(readings, now, rng);
    },
    act(...actions) {
      guidance.act(Int32Array.from(actions), now);
      return [...guidance.rewards];
    },
    allowed: (agent) => [shrink, keep, grow].filter((action) => guidance.mask[agent * 3 + action] === 1),
  };
}
