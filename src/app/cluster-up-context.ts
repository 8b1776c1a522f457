import { missingRules, requireAccess } from "../clusters/kubernetes/up/access.ts";
import { type Need, nodeRules } from "../clusters/kubernetes/up/access-rules.ts";
import { isSeen } from "../clusters/kubernetes/up/namespace.ts";
import { keptNodePorts, usedNodePorts } from "../clusters/kubernetes/up/node-ports.ts";
import { requireServerVersion } from "../clusters/kubernetes/up/server-version.ts";
import { KarmaError } from "../core/errors.ts";
import type { UpChecked } from "./cluster-up-check.ts";
import { type Reached, type UpRun, reach } from "./cluster-up-run.ts";
import { addsMetricsServer, checkTarget } from "./cluster-up-target.ts";

/** What a named context allows and has, before anything is changed there. */
export async function checkContext(run: UpRun): Promise<UpChecked> {
  const { plan } = run;
  const reached = await reach(plan.context);
  try {
    await requireServerVersion(reached.caller, run.host.signal);
    await requireAccess(reached, await needsOf(run, reached), plan.namespace);
    const seesNodes = (await missingRules(reached.api.authorization, nodeRules, plan.namespace)).length === 0;
    const warnings = await checkTarget(run, reached, seesNodes);
    const nodePort = await chooseNodePort(run, reached);
    return { state: "there", nodePort, mapped: undefined, sparePorts: 0, warnings };
  } finally {
    await reached.caller.close();
  }
}

/** Namespaces can only be made by whoever may make any; one that is there needs no such right. */
async function needsOf(run: UpRun, { caller }: Reached): Promise<readonly Need[]> {
  const isThere = await isSeen(caller, run.plan.namespace);
  return [
    "up",
    ...(isThere ? [] : ["create-namespace" as const]),
    ...(addsMetricsServer(run) ? ["metrics-server" as const] : []),
    ...(run.request.hasMonitoring ? ["monitoring" as const] : []),
  ];
}

/** The topology's own, or the one that was asked for; where another Service has it, nothing can be done but to say so. */
async function chooseNodePort({ plan, request }: UpRun, { caller }: Reached): Promise<number | undefined> {
  if (plan.options.nodePort === undefined) return undefined;
  const { own, others } = await usedNodePorts(caller, plan.namespace);
  const wanted = request.nodePort ?? own[0] ?? plan.options.nodePort;
  if (own.includes(wanted)) return wanted;
  const isTaken = others.has(wanted) || (await keptNodePorts(caller, [wanted])).size > 0;
  if (!isTaken) return wanted;
  const message = `port ${wanted} of the nodes of ${plan.context} belongs to another Service, or to one that has just gone`;
  throw new KarmaError("NOT_READY", message, "--node-port takes another, from 30000 to 32767");
}
