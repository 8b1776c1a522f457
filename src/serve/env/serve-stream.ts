import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { KarmaError } from "../../core/errors.ts";
import { createFrameReader, type Frame } from "./frames.ts";
import { errorFrame, type Session } from "./session.ts";

/**
 * Speaks with one client until it goes or `signal` aborts. One request at a time, and the next one is read only when the
 * answer is gone: a client that does not read cannot fill the memory. What cannot be read ends the conversation.
 */
export async function serveStream(
  input: Readable,
  output: Writable,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const read = createFrameReader(session.mostBytes);
  const stop = (): void => void input.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await send(output, session.hello(), signal);
    for await (const piece of input) if (!(await understood(output, () => reply(read(piece as Uint8Array))))) break;
  } catch (error) {
    if (!isGone(error, signal)) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    session.close();
  }

  async function reply(frames: readonly Frame[]): Promise<void> {
    for (const frame of frames) await send(output, session.answer(frame), signal);
  }
}

async function send(output: Writable, frame: Uint8Array, signal: AbortSignal): Promise<void> {
  if (!output.write(frame)) await once(output, "drain", { signal });
}

/** False where a request could not be read: then the client has been told why, and that this is the end. */
async function understood(output: Writable, answer: () => Promise<void>): Promise<boolean> {
  try {
    await answer();
    return true;
  } catch (error) {
    if (!(error instanceof KarmaError)) throw error;
    output.end(errorFrame(error));
    // Whoever stops reading closes both directions: what was said has to be gone by then.
    await once(output, "finish");
    return false;
  }
}

/** True when a conversation ended because one side left. */
function isGone(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return true;
  const { code } = error as NodeJS.ErrnoException;
  return (
    code === "EPIPE" ||
    code === "ECONNRESET" ||
    code === "ERR_STREAM_PREMATURE_CLOSE" ||
    code === "ERR_STREAM_DESTROYED"
  );
}
