import type { Dispatcher } from "undici";
import type { KubernetesApi } from "../api.ts";

/** What it takes to reach an API server. */
export type ApiAccess = Pick<KubernetesApi, "config" | "context">;

export type ApiRequest = {
  /** GET when left out. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Beside those that sign in. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly patienceMs?: number;
  /** A longer answer is a failure. */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
};

export type ApiAnswer = {
  readonly status: number;
  readonly text: string;
  /** The API server's own time, ms since 1970, to the second; NaN where it does not say. */
  readonly serverMs: number;
};

/** Requests to one API server over connections that are kept, each with an end. */
export type ApiCaller = {
  readonly context: string;
  /** Any status is an answer. @throws KarmaError NOT_READY where nobody answers in time, or too much */
  call(request: ApiRequest): Promise<ApiAnswer>;
  /** The body as it comes, for watches: no end but that of the signal, or a silence of `silenceMs`. */
  stream(request: ApiRequest, silenceMs: number): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
};
