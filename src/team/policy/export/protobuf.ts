/**
 * A field of a protobuf message: its number and bytes.
 *
 * @source Protocol Buffers, Encoding (protobuf.dev): key = number << 3 | wire type
 */
export type Field = Uint8Array;

const varintWire = 0;
const bytesWire = 2;
const fixed32Wire = 5;

/** A whole number >= 0, or an enum, or a boolean. */
export function whole(number: number, value: number): Field {
  return joined([key(number, varintWire), varint(value)]);
}

/** A 32-bit float. */
export function float(number: number, value: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joined([key(number, fixed32Wire), bytes]);
}

export function text(number: number, value: string): Field {
  return raw(number, new TextEncoder().encode(value));
}

/** A message inside a message. */
export function message(number: number, fields: readonly Field[]): Field {
  return raw(number, joined(fields));
}

export function raw(number: number, bytes: Uint8Array): Field {
  return joined([key(number, bytesWire), varint(bytes.length), bytes]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function key(number: number, wire: number): Uint8Array {
  return varint(number * 8 + wire);
}

/** Seven bits a byte, the low ones first; the eighth bit says that more follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
