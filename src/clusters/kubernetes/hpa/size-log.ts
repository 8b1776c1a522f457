import type { Decision } from "../../../control/loop/autoscaler.ts";

/** A Deployment's size as the API server has it. */
export type SeenSize = { readonly name: string; readonly replicas: number };

/** An event of an HPA. */
export type HpaEvent = { readonly name: string; readonly message: string };

/** Turns sizes seen one after another into decisions: each change of `spec.replicas` is one. */
export type SizeLog = {
  /** @param events  of the HPAs, oldest first: they say why */
  see(atMs: number, sizes: readonly SeenSize[], events: readonly HpaEvent[]): readonly Decision[];
  decisions(): readonly Decision[];
};

/** @param serviceOf  the topology's name of a Deployment; undefined for one that is not part of it */
export function createSizeLog(serviceOf: (deployment: string) => string | undefined): SizeLog {
  const last = new Map<string, number>();
  const decisions: Decision[] = [];
  return {
    see(atMs, sizes, events) {
      const news: Decision[] = [];
      for (const { name, replicas } of sizes) {
        const service = serviceOf(name);
        if (service === undefined) continue;
        const from = last.get(name) ?? replicas;
        last.set(name, replicas);
        if (from === replicas) continue;
        const reasons = reasonsFor(name, replicas, events);
        news.push({ atMs, service, from, proposed: replicas, applied: replicas, reasons, guarded: [] });
      }
      decisions.push(...news);
      return news;
    },
    decisions: () => decisions,
  };
}

/** `New size: 4; reason: cpu resource utilization (percentage of request) above target` is what the controller writes. */
function reasonsFor(name: string, replicas: number, events: readonly HpaEvent[]): readonly string[] {
  const event = events.findLast((one) => one.name === name && one.message.startsWith(`New size: ${replicas};`));
  return [event?.message.replace(/^New size: \d+; reason: /, "") ?? "no event says why"];
}
