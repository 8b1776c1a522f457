import { hasImage, openDocker } from "../clusters/kubernetes/up/docker.ts";
import { loadImage } from "../clusters/kubernetes/up/kind.ts";
import {
  applyMonitoring,
  removeMonitoring,
  watchedNamespaces,
} from "../clusters/kubernetes/monitoring/apply-monitoring.ts";
import { onContext } from "../clusters/kubernetes/up/placements.ts";
import type { Problem } from "../core/errors.ts";
import type { Update } from "../host/progress.ts";
import { monitoringDefaults } from "../system/compile/monitoring/monitoring-options.ts";
import { type Reached, type UpRun, tools } from "./cluster-up-run.ts";

/** Puts Prometheus and Grafana beside the pods. Their images come from this machine where it has them. */
export async function watch(run: UpRun, { caller }: Reached, update: Update): Promise<readonly Problem[]> {
  const { plan, host, undo } = run;
  await loadImages(run, update);
  // What watched the namespace before this run stays when a step fails.
  if (!(await watchedNamespaces(caller)).includes(plan.namespace)) {
    undo.add("take the monitoring away", () =>
      onContext(plan.context, (fresh) => removeMonitoring(fresh, plan.namespace)),
    );
  }
  update(undefined, "wait for Prometheus");
  const { warnings } = await applyMonitoring(caller, plan.topology, { image: plan.image }, host.signal);
  return warnings;
}

async function loadImages({ plan, host }: UpRun, update: Update): Promise<void> {
  const { cluster } = plan;
  if (cluster === undefined) return;
  const { prometheusImage, grafanaImage } = monitoringDefaults;
  const docker = await openDocker(tools.run);
  for (const image of [prometheusImage, grafanaImage]) {
    // The nodes get themselves what is not here.
    if (image === undefined || !(await hasImage(docker, image))) continue;
    await loadImage(tools, cluster, image, (line) => update(undefined, line), host.signal);
  }
}
