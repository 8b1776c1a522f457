/** What TensorBoard draws of one step: numbers by their names; a slash in a name makes groups. */
export type ScalarEvent = {
  /** Seconds since 1970. */
  readonly wallTimeS: number;
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
};

/**
 * The record that every event file begins with.
 *
 * @source tensorflow/core/util/event.proto: Event { double wall_time = 1; int64 step = 2; string file_version = 3;
 * Summary summary = 5 }
 */
export function versionRecord(wallTimeS: number): Uint8Array {
  return recordOf(joined([eventHead(wallTimeS, 0), textField(3, "brain.Event:2")]));
}

/** @source tensorflow/core/framework/summary.proto: Summary { repeated Value value = 1 }, Value { tag = 1; simple_value = 2 } */
export function scalarRecord({ wallTimeS, step, scalars }: ScalarEvent): Uint8Array {
  const values = Object.entries(scalars).map(([tag, value]) =>
    lengthField(1, joined([textField(1, tag), floatField(2, value)])),
  );
  return recordOf(joined([eventHead(wallTimeS, step), lengthField(5, joined(values))]));
}

/**
 * How much of an event file is worth keeping: its bytes up to the first record that is cut off, damaged, or of a later
 * step. Reads only what this file writes.
 */
export function keptLength(bytes: Uint8Array, lastStep: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + headBytes <= bytes.length) {
    const length = view.getUint32(at, true);
    const end = at + headBytes + length + checkBytes;
    if (end > bytes.length) break;
    const data = bytes.subarray(at + headBytes, end - checkBytes);
    if (maskedChecksum(data) !== view.getUint32(end - checkBytes, true) || stepOf(data) > lastStep) break;
    at = end;
  }
  return at;
}

const lengthBytes = 8;
const checkBytes = 4;
const headBytes: number = lengthBytes + checkBytes;
const wallTimeBytes = 9;

/** Length (64 bits), its checksum, the data, its checksum: all little endian. */
function recordOf(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(headBytes + data.length + checkBytes);
  const view = new DataView(record.buffer);
  view.setUint32(0, data.length, true);
  view.setUint32(lengthBytes, maskedChecksum(record.subarray(0, lengthBytes)), true);
  record.set(data, headBytes);
  view.setUint32(headBytes + data.length, maskedChecksum(data), true);
  return record;
}

/** @source tensorflow/core/lib/hash/crc32c.h: rotated by 15 bits, plus a constant */
function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** @source RFC 3720, 12.1: the Castagnoli polynomial, reflected */
const castagnoli = 0x82f63b78;

const crcTable: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ castagnoli : crc >>> 1;
  return crc;
});

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function eventHead(wallTimeS: number, step: number): Uint8Array {
  const head = new Uint8Array(wallTimeBytes);
  head[0] = fieldKey(1, wire.double);
  new DataView(head.buffer).setFloat64(1, wallTimeS, true);
  return joined([head, Uint8Array.of(fieldKey(2, wire.varint), ...varint(step))]);
}

/** The second field of what {@link eventHead} wrote. */
function stepOf(data: Uint8Array): number {
  let step = 0;
  for (let at = wallTimeBytes + 1, weight = 1; at < data.length; at++, weight *= 128) {
    step += (data[at]! & 127) * weight;
    if (data[at]! < 128) break;
  }
  return step;
}

/** @source Protocol Buffers, encoding: wire types */
const wire = { varint: 0, double: 1, bytes: 2, float: 5 } as const;

function fieldKey(field: number, type: number): number {
  return (field << 3) | type;
}

/** 7 bits a byte, lowest first; the highest bit says that more follow. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

function textField(field: number, text: string): Uint8Array {
  return lengthField(field, new TextEncoder().encode(text));
}

function lengthField(field: number, content: Uint8Array): Uint8Array {
  return joined([Uint8Array.of(fieldKey(field, wire.bytes), ...varint(content.length)), content]);
}

function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = fieldKey(field, wire.float);
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
