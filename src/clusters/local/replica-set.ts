import type { ClusterEvent } from "../../control/loop/cluster.ts";
import { chooseVictims } from "./choose-victims.ts";
import { Pod, type PodWorld } from "./pod.ts";

/** Keeps as many pods of one service as are desired, and counts what they cost. */
export class ReplicaSet {
  readonly service: string;
  readonly #world: PodWorld;
  readonly #onChange: () => void;
  #pods: Pod[] = [];
  #desired = 0;
  #created = 0;
  #podMs = 0;
  #sizedPodMs = 0;
  /** CPU limit of each pod / the declared one. */
  #sizeShare = 1;
  #countedAtMs: number;
  #isStopped = false;

  /** @param onChange  told after every change of any pod */
  constructor(service: string, world: PodWorld, onChange: () => void) {
    this.service = service;
    this.#onChange = onChange;
    this.#countedAtMs = world.nowMs();
    this.#world = { ...world, onEvent: (pod, kind, how) => this.#handle(world, pod, kind, how) };
  }

  /** Every pod that exists, terminating ones too, oldest first. */
  get pods(): readonly Pod[] {
    return this.#pods;
  }

  get desired(): number {
    return this.#desired;
  }

  get ready(): readonly Pod[] {
    return this.#pods.filter((pod) => pod.isReady);
  }

  /** Existing pods x time so far, s: as they are, and each counted by its share of the declared CPU limit. */
  podTime(): { readonly podSeconds: number; readonly sizedPodSeconds: number } {
    this.#count();
    return { podSeconds: this.#podMs / 1_000, sizedPodSeconds: this.#sizedPodMs / 1_000 };
  }

  /** All pods have another CPU limit from now on: so many times the declared one. */
  setSizeShare(share: number): void {
    this.#count();
    this.#sizeShare = share;
  }

  scale(desired: number): void {
    this.#desired = desired;
    this.#reconcile();
  }

  /** Replaces the oldest ready pod: the new one comes first, the old one goes when all others are ready. */
  restart(): void {
    const oldest = this.ready.find((pod) => !pod.isRetiring);
    if (oldest === undefined) return;
    oldest.isRetiring = true;
    this.#reconcile();
  }

  /** SIGKILL for the first `count` ready pods. */
  killReady(count: number): void {
    for (const pod of this.ready.slice(0, count)) pod.kill();
  }

  /** SIGKILL for all, and no new ones. */
  stop(): void {
    this.#isStopped = true;
    for (const pod of this.#pods) {
      pod.terminate();
      pod.kill();
    }
  }

  #reconcile(): void {
    if (this.#isStopped) return;
    const active = this.#pods.filter((pod) => pod.isActive);
    const staying = active.filter((pod) => !pod.isRetiring);
    for (let missing = this.#desired - staying.length; missing > 0; missing--) this.#create();
    const surplus = chooseVictims(staying, staying.length - this.#desired);
    const isReplaced = staying.filter((pod) => pod.isReady).length >= this.#desired;
    for (const pod of [...surplus, ...active.filter((one) => one.isRetiring && isReplaced)]) pod.terminate();
  }

  #create(): void {
    this.#count();
    const pod = new Pod(`${this.service}-${++this.#created}`, this.#world);
    this.#pods.push(pod);
    pod.create();
  }

  #handle(world: PodWorld, pod: Pod, kind: ClusterEvent["kind"], how: string | undefined): void {
    if (kind === "gone") {
      this.#count();
      this.#pods = this.#pods.filter((one) => one !== pod);
    }
    world.onEvent(pod, kind, how);
    this.#onChange();
    // A retiring pod waits for this; one that crashes is restarted like any other.
    if (kind === "ready" || kind === "gone") this.#reconcile();
  }

  #count(): void {
    const nowMs = this.#world.nowMs();
    const podMs = this.#pods.length * (nowMs - this.#countedAtMs);
    this.#podMs += podMs;
    this.#sizedPodMs += podMs * this.#sizeShare;
    this.#countedAtMs = nowMs;
  }
}
