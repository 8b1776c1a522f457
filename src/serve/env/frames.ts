import { KarmaError } from "../../core/errors.ts";

/** Name and version of the protocol; docs/python.md has every byte. */
export const protocolVersion = "karma-env/1";

/** What a frame is: the first four are asked for, all others are answers. */
export const frameKinds = {
  reset: 1,
  step: 2,
  state: 3,
  render: 4,
  hello: 128,
  result: 129,
  states: 130,
  text: 131,
  error: 255,
} as const;

/** Length of the payload and kind, both unsigned 32 bits, little endian: payloads begin at a multiple of 8. */
const frameHeaderBytes = 8;

export type Frame = { readonly kind: number; readonly payload: Uint8Array };

export function encodeFrame(kind: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(frameHeaderBytes + payload.length);
  const header = new DataView(frame.buffer);
  header.setUint32(0, payload.length, true);
  header.setUint32(4, kind, true);
  frame.set(payload, frameHeaderBytes);
  return frame;
}

/**
 * Puts frames together from the pieces they come in. Holds no more than one frame and one piece.
 *
 * @param mostBytes  longest payload that is taken
 * @throws KarmaError at a header that says more, before any of it is kept
 */
export function createFrameReader(mostBytes: number): (piece: Uint8Array) => readonly Frame[] {
  let kept: Uint8Array = new Uint8Array();
  return (piece) => {
    const bytes = kept.length === 0 ? piece : joined(kept, piece);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= frameHeaderBytes) {
      const header = new DataView(bytes.buffer, bytes.byteOffset + at, frameHeaderBytes);
      const length = header.getUint32(0, true);
      if (length > mostBytes) throw tooLong(length, mostBytes);
      const end = at + frameHeaderBytes + length;
      if (bytes.length < end) break;
      // A copy, so that its numbers begin where their size wants them to.
      frames.push({ kind: header.getUint32(4, true), payload: bytes.slice(at + frameHeaderBytes, end) });
      at = end;
    }
    kept = bytes.slice(at);
    return frames;
  };
}

function tooLong(length: number, mostBytes: number): KarmaError {
  const message = `expected a frame of at most ${mostBytes} bytes, found one of ${length}`;
  return new KarmaError("INPUT_INVALID", message, `speak ${protocolVersion}, as docs/python.md describes it`);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
