import { join } from "node:path";
import type { Dispatcher } from "undici";
import type { ClusterEvent } from "../../control/loop/cluster.ts";
import { sample } from "../../core/distribution.ts";
import { type Rng, createRng } from "../../core/rng.ts";
import { KarmaError } from "../../core/errors.ts";
import { milliCpuToCores } from "../../core/units.ts";
import type { Service } from "../../system/topology/topology.ts";
import type { ServiceView } from "../metrics/assemble-readings.ts";
import type { Balancer } from "./balancer.ts";
import { type BoundedLog, createBoundedLog } from "./bounded-log.ts";
import type { Pod, PodWorld } from "./pod.ts";
import { isHttpReady, probePeriods } from "./probe.ts";
import type { ServiceStatus } from "./protocol.ts";
import { ReplicaSet } from "./replica-set.ts";
import { type ServiceFaults, createServiceFaults } from "./service-faults.ts";
import { startScraping } from "./scraper.ts";
import { ServiceSeries } from "../metrics/service-series.ts";
import { signalsAt } from "../metrics/service-signals.ts";
import { type PodLaunch, spawnPod } from "./spawn-pod.ts";
import type { ClusterSpec } from "./state.ts";

/** @source Kubernetes' default `terminationGracePeriodSeconds` */
const GRACE_MS = 30_000;

/** Longer than the CPU limit can keep a pod from taking a connection. What a `preStop` sleep is for on Kubernetes. */
const PRE_STOP_MS = 200;

/** What all services of a cluster share. */
export type ClusterWorld = {
  readonly spec: ClusterSpec;
  readonly directory: string;
  readonly nowMs: () => number;
  readonly http: Dispatcher;
  onEvent(service: LocalService, pod: Pod, kind: ClusterEvent["kind"], how?: string): void;
};

/** One service of the topology: its balancer, its pods, its metrics. */
export class LocalService {
  readonly service: Service;
  readonly replicas: ReplicaSet;
  readonly balancer: Balancer;
  readonly log: BoundedLog;
  readonly faults: ServiceFaults;
  readonly #world: ClusterWorld;
  readonly #series: ServiceSeries;
  readonly #entryEndpoints: ReadonlySet<string>;
  /** CPU limit of its replicas now, millicores. */
  #cpuMilli: number;
  #scraping: { readonly stop: () => void } | undefined;

  constructor(world: ClusterWorld, service: Service, balancer: Balancer) {
    this.service = service;
    this.#cpuMilli = service.cpuMilli;
    this.balancer = balancer;
    this.#world = world;
    this.log = createBoundedLog(join(world.directory, "logs", `${service.name}.log`));
    this.#series = new ServiceSeries(world.spec.timing);
    const entries = world.spec.topology.entries.filter((entry) => entry.service === service.name);
    this.#entryEndpoints = new Set(entries.map(({ endpoint }) => endpoint));
    this.faults = createServiceFaults(() => this.replicas.pods, world.nowMs);
    this.replicas = new ReplicaSet(service.name, this.#podWorld(), () => this.#refreshEndpoints());
  }

  /** Creates the pods and begins to scrape, each service at its own phase. */
  start(replicas: number): void {
    const { spec, http, nowMs } = this.#world;
    this.replicas.scale(replicas);
    this.#scraping = startScraping(http, {
      pods: () => this.replicas.pods,
      series: this.#series,
      isEntry: (endpoint) => this.#entryEndpoints.has(endpoint),
      nowMs,
      periodMs: spec.timing.scrapePeriodMs,
      phaseMs: this.#rng("scrape").uniform() * spec.timing.scrapePeriodMs,
      onFailure: endWithBug,
    });
  }

  /**
   * Replicas emulate their CPU limit: those that run change it as they run, those to come learn it when they listen.
   *
   * @throws KarmaError for more cores than the program of a replica has threads
   */
  resize(cpuMilli: number): void {
    const mostMilli = 1_000 * Math.ceil(milliCpuToCores(this.service.cpuMilli));
    if (cpuMilli > mostMilli) throw tooFewThreads(this.service, mostMilli, cpuMilli);
    this.#cpuMilli = cpuMilli;
    this.replicas.setSizeShare(cpuMilli / this.service.cpuMilli);
    for (const { process } of this.replicas.pods) process?.resize(cpuMilli);
  }

  view(nowMs: number): ServiceView {
    const { objective } = this.#world.spec.topology;
    const limitCores = milliCpuToCores(this.#cpuMilli);
    return {
      desired: this.replicas.desired,
      ready: this.replicas.ready.length,
      cpuMilli: this.#cpuMilli,
      signals: signalsAt(this.#series, nowMs, () => limitCores, objective.p95Ms),
      isEntry: this.#entryEndpoints.size > 0,
    };
  }

  status(nowMs: number): ServiceStatus {
    return {
      service: this.service.name,
      url: this.balancer.url,
      desired: this.replicas.desired,
      ready: this.replicas.ready.length,
      ...this.replicas.podTime(),
      pods: this.replicas.pods.map((pod) => ({
        name: pod.name,
        phase: pod.phase,
        pid: pod.process?.identity.pid,
        port: pod.port,
        restarts: pod.restarts,
        ageMs: nowMs - pod.createdAtMs,
        cpuMilli: this.#cpuMilli,
      })),
    };
  }

  /** Kills the pods at once; resolves when the balancer's port is free. */
  async stop(): Promise<void> {
    this.#scraping?.stop();
    this.replicas.stop();
    await this.balancer.close();
  }

  #podWorld(): PodWorld {
    const { nowMs, http, spec } = this.#world;
    const periods = probePeriods(spec.timing.timeScale);
    return {
      nowMs,
      timeScale: spec.timing.timeScale,
      periods,
      preStopMs: PRE_STOP_MS,
      graceMs: GRACE_MS / spec.timing.timeScale,
      ask: (port) => isHttpReady(http, port, periods.timeoutMs),
      start: (pod, onListening, onExit) => {
        const rng = this.#rng(pod.incarnation);
        const startupMs = (sample(this.service.startupMs, rng) / spec.timing.timeScale) * this.faults.startupFactor();
        const listens = (port: number): void => {
          onListening(port);
          if (this.#cpuMilli !== this.service.cpuMilli) pod.process?.resize(this.#cpuMilli);
          this.faults.listening(pod);
        };
        return spawnPod(this.#launch(), { name: pod.name, seed: rng.next(), startupMs }, listens, onExit);
      },
      onEvent: (pod, kind, how) => {
        this.#world.onEvent(this, pod, kind, how);
        if (kind === "ready") this.faults.ready(pod);
      },
    };
  }

  #launch(): PodLaunch {
    const { spec, directory } = this.#world;
    return {
      program: spec.podProgram,
      configPath: podConfigPath(directory, this.service.name),
      clusterId: spec.id,
      memoryMiB: this.service.memoryMiB,
      log: this.log,
    };
  }

  #refreshEndpoints(): void {
    this.balancer.setEndpoints(this.replicas.ready.flatMap(({ port }) => port ?? []));
  }

  #rng(label: string): Rng {
    return createRng(this.#world.spec.seed).split(this.service.name).split(label);
  }
}

function tooFewThreads({ name }: Service, mostMilli: number, cpuMilli: number): KarmaError {
  const message = `${name}: expected at most ${mostMilli} millicores, got ${cpuMilli}: its local replicas have threads for no more`;
  return new KarmaError(
    "INPUT_INVALID",
    message,
    "raise the service's cpu in the topology, or resize it on Kubernetes",
  );
}

/** Ends the supervisor; the stack goes to its log, and the pods end with it. */
function endWithBug(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}

export function podConfigPath(directory: string, service: string): string {
  return join(directory, "pods", `${service}.json`);
}
