import type { ParallelEnv, RenderMode } from "../parallel/parallel-env.ts";
import type { Space } from "../spaces/space.ts";
import type { CheckName, Findings } from "./finding.ts";

const renderModes: ReadonlySet<RenderMode> = new Set(["ansi", "human", "rgb_array"]);

/** What must hold before anything is played. */
export function checkStructure(env: ParallelEnv, findings: Findings): void {
  checkMetadata(env, findings);
  const { possibleAgents } = env;
  if (possibleAgents.length === 0) findings.add("possible-agents", "there is no possible agent");
  if (new Set(possibleAgents).size < possibleAgents.length)
    findings.add("possible-agents", `a name stands twice: ${possibleAgents.join(", ")}`);
  for (const agent of possibleAgents) {
    if (!/^[\w-]+$/.test(agent)) findings.add("agent-names", `the name ${JSON.stringify(agent)} has other characters`);
    checkSpaces(env, agent, findings);
  }
  if (env.agents.length > 0) findings.add("agents-before-reset", `${env.agents.join(", ")} act before any reset`);
  if ((env.state === undefined) !== (env.stateSpace === undefined))
    findings.add(
      "state-declared",
      env.state === undefined ? "there is a stateSpace and no state" : "and no stateSpace",
    );
  if (env.stateSpace !== undefined) checkSpace(env.stateSpace, "state", findings);
}

function checkMetadata({ metadata }: ParallelEnv, findings: Findings): void {
  if (!/^([\w-]+\/\d+|([\w-]+\/)?[\w-]+-v\d+)$/.test(metadata.id))
    findings.add("metadata-id", `the id is ${JSON.stringify(metadata.id)}`);
  if (!(Number.isInteger(metadata.maxSteps) && metadata.maxSteps >= 1))
    findings.add("metadata-steps", `maxSteps is ${metadata.maxSteps}`);
  const modes = metadata.renderModes;
  const isFine = modes.every((mode) => renderModes.has(mode)) && new Set(modes).size === modes.length;
  if (!isFine) findings.add("metadata-render-modes", `the render modes are ${modes.join(", ")}`);
}

function checkSpaces(env: ParallelEnv, agent: string, findings: Findings): void {
  for (const name of ["observationSpace", "actionSpace"] as const) {
    const space = env[name](agent);
    if (space !== env[name](agent)) findings.add("space-identity", `${agent}: ${name} is a new object at each call`);
    checkSpace(space, `${agent}: ${name}`, findings);
    if (name === "actionSpace") checkActionBounds(space, `${agent}: ${name}`, findings);
  }
}

function checkSpace(space: Space, path: string, findings: Findings): void {
  visitBoxes(space, path, (low, high, shape, at) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const isSized = low.length === size && high.length === size;
    if (!isSized) findings.add("space-bounds", `${at}: ${low.length} and ${high.length} bounds for ${size} numbers`);
    report(low, (bound, k) => !(bound <= high[k]!), "space-bounds", `${at}: low is above high`);
    report(low, (bound, k) => bound === high[k], "space-flat", `${at}: low equals high`);
  });
  function report(
    bounds: Float32Array,
    isWrong: (bound: number, at: number) => boolean,
    check: CheckName,
    message: string,
  ): void {
    const at = bounds.findIndex(isWrong);
    if (at >= 0) findings.add(check, `${message} at ${at}`);
  }
}

function checkActionBounds(space: Space, path: string, findings: Findings): void {
  visitBoxes(space, path, (low, high, _, at) => {
    if ([...low, ...high].every(Number.isFinite)) return;
    findings.add("space-unbounded-action", `${at}: a bound is infinite`);
  });
}

type BoxVisitor = (low: Float32Array, high: Float32Array, shape: readonly number[], path: string) => void;

function visitBoxes(space: Space, path: string, visit: BoxVisitor): void {
  if (space.kind === "box") visit(space.low, space.high, space.shape, path);
  if (space.kind === "tuple") space.spaces.forEach((part, at) => visitBoxes(part, `${path}[${at}]`, visit));
  if (space.kind === "dict")
    for (const [key, part] of Object.entries(space.spaces)) visitBoxes(part, `${path}.${key}`, visit);
}
