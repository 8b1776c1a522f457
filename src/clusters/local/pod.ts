import type { ClusterEvent } from "../../control/loop/cluster.ts";
import { type Backoff, createBackoff } from "./backoff.ts";
import { type ProbePeriods, startProbe } from "./probe.ts";
import type { PodProcess } from "./spawn-pod.ts";

/** What a pod needs of the world around it. */
export type PodWorld = {
  readonly nowMs: () => number;
  readonly timeScale: number;
  readonly periods: ProbePeriods;
  /** From leaving the balancer to SIGTERM, ms: connections on their way to the pod still find it. */
  readonly preStopMs: number;
  /** SIGKILL follows SIGTERM after this time, ms. */
  readonly graceMs: number;
  start(pod: Pod, onListening: (port: number) => void, onExit: (how: string) => void): PodProcess;
  ask(port: number): Promise<boolean>;
  /** Told after every change of a pod. */
  onEvent(pod: Pod, kind: ClusterEvent["kind"], how?: string): void;
};

export type PodPhase = "starting" | "ready" | "unready" | "backing-off" | "terminating" | "gone";

/** A replica: one process after another under one name, until it is terminated. */
export class Pod {
  readonly name: string;
  readonly createdAtMs: number;
  /** True while it serves on until its replacement is ready. */
  isRetiring = false;
  readonly #world: PodWorld;
  readonly #backoff: Backoff;
  #phase: PodPhase = "starting";
  #process: PodProcess | undefined;
  #port: number | undefined;
  #probe: { readonly stop: () => void } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #startedAtMs = 0;
  #restarts = 0;
  #hasBeenReady = false;

  constructor(name: string, world: PodWorld) {
    this.name = name;
    this.#world = world;
    this.createdAtMs = world.nowMs();
    this.#backoff = createBackoff(world.timeScale);
  }

  get phase(): PodPhase {
    return this.#phase;
  }

  get isReady(): boolean {
    return this.#phase === "ready";
  }

  /** Not on its way out. */
  get isActive(): boolean {
    return this.#phase !== "terminating" && this.#phase !== "gone";
  }

  get hasBeenReady(): boolean {
    return this.#hasBeenReady;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get process(): PodProcess | undefined {
    return this.#process;
  }

  /** Where its process listens; undefined while there is none. */
  get port(): number | undefined {
    return this.#port;
  }

  /** Name of the process rather than of the pod: counters start anew with it. */
  get incarnation(): string {
    return `${this.name}/${this.#restarts}`;
  }

  /** Starts the first process. */
  create(): void {
    this.#world.onEvent(this, "created");
    this.#launch();
  }

  /** Out of the balancer at once, soon SIGTERM, and SIGKILL when the grace period is over. */
  terminate(): void {
    if (!this.isActive) return;
    clearTimeout(this.#timer);
    this.#probe?.stop();
    this.#phase = "terminating";
    this.#world.onEvent(this, "terminating");
    if (this.#process === undefined) {
      this.#leave();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#process?.kill("SIGTERM");
      this.#timer = setTimeout(() => this.kill(), this.#world.graceMs);
    }, this.#world.preStopMs);
  }

  /** SIGKILL: a crash unless it is terminating. */
  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  #launch(): void {
    this.#phase = "starting";
    this.#startedAtMs = this.#world.nowMs();
    this.#process = this.#world.start(
      this,
      (port) => this.#listening(port),
      (how) => this.#exited(how),
    );
  }

  #listening(port: number): void {
    this.#port = port;
    if (!this.isActive) return;
    this.#probe = startProbe(
      () => this.#world.ask(port),
      this.#world.periods,
      (isReady) => {
        this.#phase = isReady ? "ready" : "unready";
        this.#hasBeenReady ||= isReady;
        this.#world.onEvent(this, isReady ? "ready" : "unready");
      },
    );
  }

  #exited(how: string): void {
    this.#probe?.stop();
    clearTimeout(this.#timer);
    this.#process = undefined;
    this.#port = undefined;
    if (this.#phase === "terminating") {
      this.#leave();
      return;
    }
    this.#phase = "backing-off";
    this.#world.onEvent(this, "crashed", how);
    const waitMs = this.#backoff.nextMs(this.#world.nowMs() - this.#startedAtMs);
    this.#timer = setTimeout(() => {
      this.#restarts += 1;
      this.#launch();
      this.#world.onEvent(this, "restarted");
    }, waitMs);
  }

  #leave(): void {
    this.#phase = "gone";
    this.#world.onEvent(this, "gone");
  }
}
