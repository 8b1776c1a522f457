import {
  accessDenied,
  metricsServerRules,
  monitoringRules,
  missingRules,
  neededRules,
  nodeRules,
} from "../clusters/kubernetes/up/access.ts";
import { usedNodePorts } from "../clusters/kubernetes/up/node-ports.ts";
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
    await requireAccess(run, reached);
    const seesNodes = (await missingRules(reached.api.authorization, nodeRules, plan.namespace)).length === 0;
    const warnings = await checkTarget(run, reached, seesNodes);
    const nodePort = seesNodes ? await chooseNodePort(run, reached) : plan.options.nodePort;
    return { state: "there", nodePort, mapped: undefined, sparePorts: 0, warnings };
  } finally {
    await reached.caller.close();
  }
}

async function requireAccess(run: UpRun, { api }: Reached): Promise<void> {
  const { context, namespace } = run.plan;
  const rules = [
    ...neededRules,
    ...(addsMetricsServer(run) ? metricsServerRules : []),
    ...(run.request.hasMonitoring ? monitoringRules : []),
  ];
  const missing = await missingRules(api.authorization, rules, namespace);
  if (missing.length > 0) throw accessDenied(context, namespace, missing);
}

/** The topology's own, or the one that was asked for; where another Service has it, nothing can be done but to say so. */
async function chooseNodePort({ plan, request }: UpRun, { caller }: Reached): Promise<number> {
  const { own, others } = await usedNodePorts(caller, plan.namespace);
  const wanted = request.nodePort ?? own[0] ?? plan.options.nodePort;
  if (!others.has(wanted)) return wanted;
  const message = `port ${wanted} of the nodes of ${plan.context} belongs to another Service`;
  throw new KarmaError("NOT_READY", message, "--node-port takes another, from 30000 to 32767");
}
