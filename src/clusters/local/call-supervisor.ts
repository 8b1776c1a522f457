import { KarmaError } from "../../core/errors.ts";
import type { ControlReply, ControlRequest, ReplyValues, RequestOf, Verb } from "./protocol.ts";
import type { ClusterState } from "./state.ts";

/** Asks a supervisor for something; its refusals come back as they were thrown there. */
export async function callSupervisor<V extends Verb>(
  { controlUrl, token }: Pick<ClusterState, "controlUrl" | "token">,
  request: RequestOf<V>,
  timeoutMs: number = 10_000,
): Promise<ReplyValues[V]> {
  const reply: ControlReply<ReplyValues[V]> = JSON.parse(await post(controlUrl, token, request, timeoutMs));
  if (reply.ok) return reply.value;
  throw new KarmaError(reply.code, reply.message, reply.hint);
}

async function post(url: string, token: string, request: ControlRequest, timeoutMs: number): Promise<string> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return await response.text();
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new KarmaError(
      "NOT_READY",
      `the local cluster does not answer: ${why}`,
      "`karma cluster down` clears what is left of it, `karma cluster up` starts it again",
      { cause: error },
    );
  }
}
