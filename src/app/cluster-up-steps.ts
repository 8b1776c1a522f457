import { hasImage, openDocker } from "../clusters/kubernetes/up/docker.ts";
import { buildImage } from "../clusters/kubernetes/up/build-image.ts";
import { claimCluster } from "../clusters/kubernetes/up/claim-cluster.ts";
import { loadImage } from "../clusters/kubernetes/up/kind.ts";
import { mergeKindConfig } from "../clusters/kubernetes/up/kind-config-file.ts";
import { readKindRecord, removeKindRecord, writeKindRecord } from "../clusters/kubernetes/up/kind-record.ts";
import { pushImage } from "../clusters/kubernetes/up/push-image.ts";
import type { Update } from "../host/progress.ts";
import { writeBelow } from "../host/write.ts";
import { generateArtifacts } from "../system/compile/generate.ts";
import type { UpChecked } from "./cluster-up-check.ts";
import { type UpRun, tools } from "./cluster-up-run.ts";

/** Writes what is applied, for people to read. */
export async function generateFiles(run: UpRun, checked: UpChecked): Promise<true> {
  const { plan, request } = run;
  const kind = {
    ...(plan.cluster === undefined ? {} : { clusterName: plan.cluster }),
    ...(request.nodeImage === undefined ? {} : { nodeImage: request.nodeImage }),
    ...(request.workers === undefined ? {} : { workers: request.workers }),
    sparePorts: checked.sparePorts,
  };
  const kubernetes = { ...plan.options, nodePort: checked.nodePort };
  const watched = request.hasMonitoring ? { monitoring: { image: plan.image } } : {};
  await writeBelow(plan.folder, generateArtifacts(plan.topology, { kubernetes, kind, ...watched }));
  return true;
}

/** Builds the mock's image where what it is made of has changed: its name says what that is. */
export async function build({ plan, request, host }: UpRun, update: Update): Promise<boolean> {
  const { image, imageContext } = plan;
  if (imageContext === undefined) return false;
  const docker = await openDocker(tools.run);
  if (await hasImage(docker, image)) return false;
  const asked = { image, context: imageContext, baseImage: request.baseImage };
  await buildImage(docker, asked, (line) => update(undefined, line), host.signal);
  return true;
}

/** The cluster of kind, made where it is missing; a half-made one is cleared first. */
export async function create(run: UpRun, checked: UpChecked, update: Update): Promise<boolean> {
  const { plan, undo } = run;
  const cluster = plan.cluster!;
  if (checked.state === "there") {
    await shareCluster(run);
    return false;
  }
  const claim = await claimCluster(tools, cluster);
  undo.add(`delete cluster ${cluster}`, () => claim.drop());
  await claim.make(kindConfig(run, checked), (line) => update(undefined, line), run.host.signal);
  return true;
}

/** A cluster that others made is remembered, so that status and down find what runs there. */
async function shareCluster({ plan, undo }: UpRun): Promise<void> {
  const cluster = plan.cluster!;
  if (readKindRecord(cluster) !== undefined) return;
  await writeKindRecord({ cluster, isOwn: false, isComplete: true });
  undo.add(`forget cluster ${cluster}`, async () => removeKindRecord(cluster));
}

function kindConfig({ plan, request }: UpRun, checked: UpChecked): string {
  const { nodeImage, workers } = request;
  const artifacts = generateArtifacts(plan.topology, {
    kubernetes: { ...plan.options, nodePort: checked.nodePort },
    kind: {
      clusterName: plan.cluster!,
      sparePorts: checked.sparePorts,
      ...(nodeImage === undefined ? {} : { nodeImage }),
      ...(workers === undefined ? {} : { workers }),
    },
  });
  const own = artifacts.find((artifact) => artifact.path === "kind.yaml")!.content;
  return plan.kindConfig === undefined ? own : mergeKindConfig(plan.kindConfig, own, request.kindConfig!);
}

/** Brings the image to where the nodes get it: onto them, or into the registry. */
export async function load({ plan, request, host }: UpRun, update: Update): Promise<boolean> {
  const { cluster, image } = plan;
  const onLine = (line: string): void => update(undefined, line);
  if (cluster !== undefined) {
    await loadImage(tools, cluster, image, onLine, host.signal);
    return true;
  }
  if (request.registry === undefined) return false;
  await pushImage(await openDocker(tools.run), image, onLine, host.signal);
  return true;
}
