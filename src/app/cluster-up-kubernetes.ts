import { nodeAddress } from "../clusters/kubernetes/up/free-nodes.ts";
import { createRealClock } from "../host/clock.ts";
import { apply, applyMetrics } from "./cluster-up-apply.ts";
import { type UpChecked, checkKind } from "./cluster-up-check.ts";
import { checkContext } from "./cluster-up-context.ts";
import { entryUrls, innerEntryUrls } from "./cluster-up-entries.ts";
import { planUp } from "./cluster-up-plan.ts";
import type { KubernetesUpRequest, KubernetesUpResult, UpStep } from "./cluster-up-request.ts";
import { type Reached, type UpRun, reach } from "./cluster-up-run.ts";
import { build, create, generateFiles, load } from "./cluster-up-steps.ts";
import { watch } from "./cluster-up-monitoring.ts";
import { requireRoom } from "./cluster-up-target.ts";
import { type Waited, waitForPods } from "./cluster-up-wait.ts";
import type { Host } from "./host.ts";
import { type TimedSteps, createTimedSteps } from "./timed-steps.ts";
import { createUndo } from "./undo.ts";

/** Steps whose time is that of others: kind, the image's way to the nodes, the pods. */
const OTHERS: ReadonlySet<UpStep> = new Set(["create", "load", "wait", "monitoring"]);

/** From a topology to running pods, on a cluster of kind or on one that is there. Failed, it leaves nothing of its own. */
export async function clusterUpKubernetes(request: KubernetesUpRequest, host: Host): Promise<KubernetesUpResult> {
  const undo = createUndo();
  const run: UpRun = { request, host, undo, plan: planUp(request, host.cwd) };
  const clock = createRealClock();
  const steps = createTimedSteps<UpStep>(host.progress);
  try {
    const { checked, served } = await bringUp(run, steps);
    return resultOf(run, steps, checked, served, clock.nowMs() / 1_000);
  } catch (error) {
    // What an interruption breaks fails in many ways; the interruption is what is told.
    const failure: unknown = host.signal.aborted ? host.signal.reason : error;
    throw request.isKept ? failure : await undo.run(failure, host.progress);
  }
}

type Served = Pick<KubernetesUpResult, "entries" | "warnings"> & { readonly waited: Waited | undefined };

async function bringUp(
  run: UpRun,
  steps: TimedSteps<UpStep>,
): Promise<{ readonly checked: UpChecked; readonly served: Served }> {
  const { plan, request, host } = run;
  const isWanted = (step: UpStep): boolean => request.only === undefined || request.only.includes(step);
  const checked = await steps.step("check", "check what is needed", () =>
    plan.cluster === undefined ? checkContext(run) : checkKind(run),
  );
  host.signal.throwIfAborted();
  if (isWanted("generate")) {
    await steps.step("generate", `write ${plan.folder}`, () => generateFiles(run, checked));
  }
  if (isWanted("build")) await steps.step("build", `build image ${plan.image}`, (update) => build(run, update));
  if (isWanted("create") && plan.cluster !== undefined) {
    const title = checked.state === "there" ? `use cluster ${plan.cluster}` : `create cluster ${plan.cluster}`;
    await steps.step("create", title, (update) => create(run, checked, update));
  }
  const served = await serve(run, checked, steps, isWanted);
  return { checked, served };
}

/** The steps that need a cluster. */
async function serve(
  run: UpRun,
  checked: UpChecked,
  steps: TimedSteps<UpStep>,
  isWanted: (step: UpStep) => boolean,
): Promise<Served> {
  const { plan, host } = run;
  const title = plan.cluster === undefined ? `push ${plan.image}` : `load ${plan.image} onto the nodes`;
  if (isWanted("load")) await steps.step("load", title, (update) => load(run, update));
  if (!["metrics", "apply", "wait", "monitoring"].some((step) => isWanted(step as UpStep)))
    return { entries: [], waited: undefined, warnings: [] };
  const reached = await reach(plan.context);
  try {
    const entries = await findEntries(run, checked, reached);
    if (isWanted("metrics")) {
      await steps.step("metrics", "see that metrics-server is there", async () => {
        if (checked.state !== "there") await requireRoom(run, reached.caller);
        return applyMetrics(run, reached);
      });
    }
    host.signal.throwIfAborted();
    if (isWanted("apply")) {
      await steps.step("apply", `apply namespace ${plan.namespace}`, (update) =>
        apply(run, reached, checked.nodePort, entries, update),
      );
    }
    const waited = isWanted("wait")
      ? await steps.step("wait", "wait for the pods", (update) =>
          waitForPods(run, reached, checked.nodePort === undefined ? [] : entries, update),
        )
      : undefined;
    const isWatched = run.request.hasMonitoring && isWanted("monitoring");
    const unwatched = isWatched
      ? await steps.step("monitoring", "apply Prometheus and Grafana", (update) => watch(run, reached, update))
      : [];
    return { entries, waited, warnings: unwatched };
  } finally {
    await reached.caller.close();
  }
}

async function findEntries(
  { plan, request }: UpRun,
  { mapped, nodePort }: UpChecked,
  { caller, api }: Reached,
): Promise<Served["entries"]> {
  if (nodePort === undefined) return innerEntryUrls(plan.topology);
  if (mapped !== undefined) return entryUrls(plan.topology, nodePort, mapped, "127.0.0.1");
  const server = new URL(api.config.getCurrentCluster()?.server ?? "http://127.0.0.1").hostname;
  const host = request.entryHost ?? (await nodeAddress(caller)) ?? server;
  return entryUrls(plan.topology, nodePort, undefined, host);
}

function resultOf(
  { plan }: UpRun,
  { timings }: TimedSteps<UpStep>,
  { warnings }: UpChecked,
  { entries, waited, warnings: later }: Served,
  seconds: number,
): KubernetesUpResult {
  const others = timings.filter(({ name }) => OTHERS.has(name)).reduce((sum, one) => sum + one.seconds, 0);
  return {
    name: plan.topology.name,
    context: plan.context,
    cluster: plan.cluster,
    namespace: plan.namespace,
    image: plan.image,
    timeScale: plan.timing.timeScale,
    services: waited?.rollout.services ?? [],
    entries,
    steps: timings,
    seconds,
    ownSeconds: seconds - others,
    warnings: [...plan.warnings, ...warnings, ...(waited?.warnings ?? []), ...later],
  };
}
