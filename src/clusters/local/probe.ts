import type { Dispatcher } from "undici";

/** How readiness is asked for. @source Kubernetes: period 10 s, three failures; here a period of 5 s */
export type ProbePeriods = {
  /** Between two probes of a pod that is not ready, ms. */
  readonly startingMs: number;
  /** Between two probes of a ready pod, ms. */
  readonly readyMs: number;
  /** No answer for this long is a failure, ms. */
  readonly timeoutMs: number;
  /** A ready pod is unready after so many failures in a row. */
  readonly failures: number;
};

/** Probes are not sped up below what two cores can answer in time. */
export function probePeriods(timeScale: number): ProbePeriods {
  return { startingMs: 100, readyMs: Math.max(500, 5_000 / timeScale), timeoutMs: 1_000, failures: 3 };
}

/** Asks again and again until stopped, and tells every change; a pod starts as not ready. */
export function startProbe(
  ask: () => Promise<boolean>,
  periods: ProbePeriods,
  onChange: (isReady: boolean) => void,
): { readonly stop: () => void } {
  let isStopped = false;
  let isReady = false;
  let failed = 0;
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<void> => {
    const passed = await ask();
    if (isStopped) return;
    failed = passed ? 0 : failed + 1;
    const isReadyNow = passed || (isReady && failed < periods.failures);
    timer = setTimeout(() => void once(), isReadyNow ? periods.readyMs : periods.startingMs);
    if (isReadyNow === isReady) return;
    isReady = isReadyNow;
    onChange(isReady);
  };
  void once();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** True when the pod answers 2xx in time. Every other outcome of a probe means not ready, whatever the reason. */
export async function isHttpReady(http: Dispatcher, port: number, timeoutMs: number): Promise<boolean> {
  try {
    const { statusCode, body } = await http.request({
      origin: `http://127.0.0.1:${port}`,
      path: "/readyz",
      method: "GET",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    return statusCode >= 200 && statusCode < 300;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
