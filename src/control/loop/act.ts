import { KarmaError } from "../../core/errors.ts";
import type { Decision } from "./autoscaler.ts";
import type { Cluster } from "./cluster.ts";

/** What became of a decision: as it stands when the cluster did it, with what it refused otherwise. */
export type Acted = { readonly decision: Decision; readonly hasFailed: boolean };

type Actor = Pick<Cluster, "scale" | "resize">;

/** Scales what changed, then resizes it. A size that the cluster refused stays as it was, and the decision says why. */
export async function act(cluster: Actor, decision: Decision): Promise<Acted> {
  const scaled = await scale(cluster, decision);
  const resized = await resize(cluster, scaled.decision);
  return { decision: resized.decision, hasFailed: scaled.hasFailed || resized.hasFailed };
}

async function scale(cluster: Actor, decision: Decision): Promise<Acted> {
  const { service, from, applied } = decision;
  if (applied === from) return { decision, hasFailed: false };
  const failure = await orFailure(cluster.scale(service, applied));
  if (!(failure instanceof KarmaError)) return { decision, hasFailed: false };
  const refused = `the cluster did not scale to ${applied}: ${failure.message}`;
  return { decision: { ...decision, applied: from, guarded: [...decision.guarded, refused] }, hasFailed: true };
}

async function resize(cluster: Actor, decision: Decision): Promise<Acted> {
  const { service, cpuMilli, reasons, guarded } = decision;
  if (cpuMilli === undefined || cpuMilli.applied === cpuMilli.from) return { decision, hasFailed: false };
  const done = await orFailure(cluster.resize(service, cpuMilli.applied));
  if (done instanceof KarmaError) {
    const refused = `the cluster did not resize to ${cpuMilli.applied}m: ${done.message}`;
    const held = { ...cpuMilli, applied: cpuMilli.from };
    return { decision: { ...decision, cpuMilli: held, guarded: [...guarded, refused] }, hasFailed: true };
  }
  if (done.how === "in-place") return { decision, hasFailed: false };
  const replaced = `replicas are replaced one by one: ${done.why}`;
  return { decision: { ...decision, reasons: [...reasons, replaced] }, hasFailed: false };
}

/** What the work gives, or what the cluster reports in its place. Anything else is a bug, and thrown. */
export async function orFailure<Value>(work: Promise<Value>): Promise<Value | KarmaError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KarmaError && error.code !== "INTERRUPTED") return error;
    throw error;
  }
}
