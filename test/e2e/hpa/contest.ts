import type { Rng } from "../../../src/core/rng.ts";
import { type Rule, type Sync, ourSize, sizeFromReadings } from "./ours.ts";
import { GATE, type PodView, conditionOf, hpaPodOf } from "./pods.ts";
import type { Rival } from "./rivals.ts";
import { type Told, drawTold } from "./trial.ts";

/** A Deployment and its pods at one moment. */
export type Seen = {
  readonly replicas: number;
  readonly statusReplicas: number;
  readonly pods: readonly PodView[];
  readonly signature: string;
};

/** A decision of Kubernetes beside ours. */
export type Verdict = {
  readonly rival: string;
  readonly current: number;
  readonly real: number;
  readonly ours: number;
  /** Of the autoscaler that reads averages, where it is held to the same. */
  readonly fromReadings: number | undefined;
  readonly why: string;
  readonly kinds: readonly string[];
};

/** What an HPA depends on must have stood still so long before it is told anything, ms. */
const STILL_MS = 1_500;
/** A decision is asked for only where it is the same so much later, ms. */
const DOUBT_MS = 2_500;
/** After a decision that came so late that it may have been another one, until no window remembers it, ms. */
const FORGET_MS = 45_000;

export type Hands = {
  /** Makes a pod ready, or not. */
  gate(pod: PodView, isReady: boolean): Promise<void>;
  scale(name: string, replicas: number): Promise<void>;
};

type Pending = Omit<Verdict, "real" | "rival">;

/** One Deployment: what its HPA is told, what it did, and what ours does. */
export function createContest(rival: Rival, rule: Rule, hands: Hands, rng: Rng): Contest {
  const syncs: Sync[] = [];
  const verdicts: Verdict[] = [];
  let seen: Seen | undefined;
  let stillSinceMs = Number.POSITIVE_INFINITY;
  /** What was listed before this is old news. */
  let touchedMs = 0;
  /** A sync whose decision the next one shows: only then is it certain that Kubernetes has acted. */
  let pending: Pending | undefined;
  /** Size that was set by hand, or that the last decision led to. */
  let known = rival.start;
  let isBusy = false;
  let silentUntilMs = 0;
  let handed = 0;
  /** Somebody set the size since the last decision. */
  let isHandled = false;
  const unready = new Set<string>();
  let told: Told | undefined;

  const targets = {
    percent: typeof rule.config.targetPercent === "number" ? rule.config.targetPercent : undefined,
    perS: typeof rule.config.targetPerS === "number" ? rule.config.targetPerS : undefined,
  };

  function judge(real: number, nowMs: number): void {
    if (pending === undefined) return;
    if (isTooLate(nowMs)) silentUntilMs = nowMs + FORGET_MS;
    else verdicts.push({ rival: rival.name, real, ...pending });
    pending = undefined;
    known = real;
    if (rival.unready !== undefined) chooseUnready();
  }

  function chooseUnready(): void {
    unready.clear();
    if (rng.uniform() >= rival.unready!) return;
    const names = (seen?.pods ?? []).map(({ metadata }) => metadata.name);
    const count = 1 + rng.integer(Math.max(1, names.length - 1));
    for (let i = 0; i < count && names.length > 0; i++) unready.add(names.splice(rng.integer(names.length), 1)[0]!);
  }

  /** Bounds are kept without a metric being asked for: the change is all there is to see. */
  function judgeUntold(real: number, atMs: number): void {
    const current = known;
    const isOutside = current > rival.max || current < rival.min;
    syncs.push({ atMs, current, statusReplicas: current, pods: undefined, rateMilli: undefined });
    const { replicas, why } = ourSize(rule, syncs);
    const kinds = isOutside ? ["outside"] : ["unexplained"];
    const ours = isOutside ? replicas : current;
    verdicts.push({ rival: rival.name, current, real, ours, fromReadings: undefined, why, kinds });
    known = real;
  }

  function isSettled(now: Seen, nowMs: number): boolean {
    const isWhole = now.pods.length === now.replicas && now.statusReplicas === now.replicas;
    const isStaying = now.pods.every(({ metadata }) => metadata.deletionTimestamp === undefined);
    const isGated = now.pods.every((pod) => !isWanting(pod));
    return isWhole && isStaying && isGated && isStill(now, nowMs) && !isBusy && now.replicas === known;
  }

  function isStill({ signature }: Seen, nowMs: number): boolean {
    return signature === seen?.signature && nowMs - stillSinceMs >= STILL_MS;
  }

  /** Decisions after metrics were told. */
  function trials(): number {
    return verdicts.filter(({ kinds }) => !kinds.includes("outside")).length;
  }

  /** A pod that runs and is not as ready as it should be. */
  function isWanting(pod: PodView): boolean {
    if (pod.status.phase === "Pending") return rival.hasPending === undefined;
    const isReady = conditionOf(pod, "Ready")?.status === "True";
    return pod.status.phase === "Running" && isReady === unready.has(pod.metadata.name);
  }

  /**
   * Ours as of now; with everything so far stored as late as it can have been, before the next sync; and decided as late
   * as it can be. Where they are the same, no delay within Kubernetes can make another decision.
   */
  function variants(now: Seen, what: Told, nowMs: number, latestMs: number): readonly ReturnType<typeof ourSize>[] {
    const late = syncs.map((sync, index) => ({ ...sync, decidedMs: syncs[index + 1]?.atMs ?? nowMs }));
    return [
      ourSize(rule, [...syncs, syncOf(now, what, nowMs)]),
      ourSize(rule, [...late, syncOf(now, what, nowMs)]),
      ourSize(rule, [...syncs, syncOf(now, what, latestMs)]),
    ];
  }

  /** Whether the last decision may have been another one by the time at which it was certainly made. */
  function isTooLate(nowMs: number): boolean {
    const last = syncs.at(-1);
    if (pending === undefined || last === undefined) return false;
    return ourSize(rule, [...syncs.slice(0, -1), { ...last, atMs: nowMs }]).replicas !== pending.ours;
  }

  function tell(now: Seen, nowMs: number): Told {
    const nothing: Told = { samples: undefined, rateMilli: undefined };
    const isTold = nowMs > silentUntilMs && isSettled(now, nowMs) && handWork(now) === undefined;
    const what = isTold ? drawTold(rival, targets, now.pods, nowMs, rng) : nothing;
    const tried = variants(now, what, nowMs, nowMs + DOUBT_MS);
    const isDoubtful = new Set(tried.map(({ replicas }) => replicas)).size > 1;
    const final = isDoubtful ? nothing : what;
    syncs.push(syncOf(now, final, nowMs));
    if (what === nothing || isDoubtful) return nothing;
    const { replicas, why } = tried[0]!;
    const fromReadings = rival.isWhole === true ? sizeFromReadings(rule, syncs) : undefined;
    const kinds = [...kindsOf(now, what, why), ...(isHandled ? ["by hand"] : [])];
    isHandled = false;
    pending = { current: now.replicas, ours: replicas, fromReadings, why, kinds };
    return what;
  }

  function kindsOf({ pods }: Seen, { samples, rateMilli }: Told, why: string): readonly string[] {
    const running = pods.filter(({ status }) => status.phase === "Running");
    const isPartial =
      targets.percent !== undefined &&
      targets.perS !== undefined &&
      (samples === undefined) !== (rateMilli === undefined);
    const facts: readonly (readonly [string, boolean])[] = [
      ["missing", samples !== undefined && samples.size < running.length],
      ["unready", running.some((pod) => conditionOf(pod, "Ready")?.status !== "True")],
      ["pending", running.length < pods.length],
      ["young", [...(samples?.values() ?? [])].some(({ windowS }) => windowS > 1)],
      ["rate", why.includes("of this period limited")],
      ["stabilised", why.includes("kept at")],
      ["bound", /limited to the (max|min)imum/.test(why)],
      ["partial", isPartial],
    ];
    return facts.filter(([, isSo]) => isSo).map(([kind]) => kind);
  }

  /** What is to be done to pods and size while the HPA is told nothing. */
  function handWork({ pods }: Seen): { readonly gates: readonly PodView[]; readonly to?: number } | undefined {
    const gates = pods.filter(
      (pod) => pod.status.phase === "Running" && isWanting(pod) && !isGatedAs(pod, !unready.has(pod.metadata.name)),
    );
    const to = rival.byHand?.[handed];
    if (to !== undefined && trials() >= 2 * (handed + 1)) return { gates, to };
    return gates.length === 0 ? undefined : { gates };
  }

  async function useHands(nowMs: number): Promise<void> {
    if (isBusy || pending !== undefined || seen === undefined) return;
    const work = handWork(seen);
    if (work === undefined) return;
    isBusy = true;
    try {
      for (const pod of work.gates) await hands.gate(pod, !unready.has(pod.metadata.name));
      if (work.to !== undefined && isStill(seen, nowMs)) {
        await hands.scale(rival.name, work.to);
        known = work.to;
        handed++;
        isHandled = true;
      }
    } finally {
      touchedMs = Date.now();
      isBusy = false;
    }
  }

  return {
    rival,
    verdicts,
    async look(now, nowMs) {
      if (isBusy || nowMs <= touchedMs) return;
      if (now.signature !== seen?.signature) stillSinceMs = nowMs;
      seen = now;
      if (pending === undefined && now.replicas !== known) judgeUntold(now.replicas, nowMs);
      await useHands(nowMs);
    },
    ask(now, nowMs, part) {
      // The second metric of the same sync.
      if (part === "rate" && targets.percent !== undefined && told !== undefined) return told;
      judge(now.replicas, nowMs);
      told = tell(now, nowMs);
      touchedMs = nowMs;
      return told;
    },
  };
}

export type Contest = {
  readonly rival: Rival;
  readonly verdicts: readonly Verdict[];
  /** Several times a second. @param nowMs  before anything was listed */
  look(now: Seen, nowMs: number): Promise<void>;
  /** At each question of the HPA. @param now  as of this moment */
  ask(now: Seen, nowMs: number, part: "cpu" | "rate"): Told;
};

function syncOf({ replicas, statusReplicas, pods }: Seen, { samples, rateMilli }: Told, atMs: number): Sync {
  return {
    atMs,
    current: replicas,
    statusReplicas,
    pods: samples === undefined ? undefined : pods.map((pod) => hpaPodOf(pod, samples.get(pod.metadata.name))),
    rateMilli,
  };
}

function isGatedAs(pod: PodView, isReady: boolean): boolean {
  return (conditionOf(pod, GATE)?.status === "True") === isReady;
}
