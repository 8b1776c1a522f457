import { KarmaError } from "../../../core/errors.ts";
import type { ApiAnswer, ApiCaller, ApiRequest } from "./api-request.ts";

/** Nobody answered, or not in time. */
export function unreachable(context: string, server: string, cause: unknown): KarmaError {
  const hint = "is the cluster up? `kubectl cluster-info --context` with this context says more";
  const message = `the API server of context ${context} (${server}) does not answer: ${reasonOf(cause)}`;
  return new KarmaError("NOT_READY", message, hint, { cause });
}

/** What the network does: everything else that a request throws is a bug, and stays one. */
export function isOfNetwork(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof KarmaError) return false;
  if (error.name === "TimeoutError") return true;
  // Of the system (ECONNREFUSED), of TLS (DEPTH_ZERO_SELF_SIGNED_CERT) and of undici (UND_ERR_SOCKET).
  return "code" in error && typeof error.code === "string" && error.code !== "UND_ERR_INVALID_ARG";
}

/** More than any such answer has. */
export function tooLong(context: string, path: string, mostBytes: number): KarmaError {
  const message = `expected at most ${mostBytes} bytes from ${path} on context ${context}, found more`;
  return new KarmaError("NOT_READY", message, "is that really the API server? `kubectl cluster-info` says more");
}

/** The kubeconfig, or a program that it names, gave nothing to sign in with. */
export function notSignedIn(context: string, cause: unknown): KarmaError {
  const message = `cannot sign in to the API server of context ${context}: ${reasonOf(cause)}`;
  return new KarmaError("TOOL_FAILED", message, "kubectl get namespaces with this context should work first", {
    cause,
  });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === "TimeoutError") return "it took too long";
  // One error for each address of a name that has several.
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(", ");
  return cause.message;
}

/** The body of an answer that must be good. */
export async function callForJson<Value>(caller: ApiCaller, asked: ApiRequest, what: string): Promise<Value> {
  const answer = await caller.call(asked);
  if (answer.status >= 300) throw refusal(caller.context, answer, what);
  return readJson(caller.context, answer, what) as Value;
}

/** The body of an answer. @throws KarmaError where it is cut off, or comes from something that is no API server */
export function readJson(context: string, { text }: Pick<ApiAnswer, "text">, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const found = `cannot ${what}: expected JSON from the API server of context ${context}, found ${quoted(text)}`;
    throw new KarmaError("NOT_READY", found, "try again; a proxy may stand in between", { cause: error });
  }
}

function quoted(text: string): string {
  return text === "" ? "nothing" : JSON.stringify(text.slice(0, 60));
}

/** Answers that mean: not now. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** @param what  was to be done: `scale Deployment cart` */
export function refusal(context: string, { status, text }: ApiAnswer, what: string): KarmaError {
  const said = `cannot ${what}: the API server of context ${context} answers ${status}, ${saidIn(text)}`;
  if (status === 401) return new KarmaError("TOOL_FAILED", said, "sign in again as your cluster wants it");
  if (status === 403) return new KarmaError("TOOL_FAILED", said, "ask for a Role that allows what the message names");
  if (PASSING.has(status)) return new KarmaError("NOT_READY", said, "try again in a moment");
  return new KarmaError("TOOL_FAILED", said, "karma cluster status says what is there");
}

/** The message of a `Status` object, or the first line of anything else. */
function saidIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return text.split("\n", 1)[0]!.slice(0, 200);
}
