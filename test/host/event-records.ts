/**
 * A second reader of event files, which shares no code with the writer: bit by bit instead of by a table, any order of
 * fields. Throws where a checksum is wrong.
 */
export type ReadEvent = {
  readonly wallTimeS: number | undefined;
  readonly step: number;
  readonly version: string | undefined;
  readonly scalars: Readonly<Record<string, number>>;
};

export function readEvents(file: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    requireChecksum(file.subarray(at, at + 8), file.readUInt32LE(at + 8));
    const data = file.subarray(at + 12, at + 12 + length);
    requireChecksum(data, file.readUInt32LE(at + 12 + length));
    events.push(eventOf(data));
    at += 16 + length;
  }
  return events;
}

function requireChecksum(bytes: Buffer, expected: number): void {
  let crc = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = ((crc ^ (byte >> bit)) & 1) === 1;
      crc = (crc >>> 1) ^ (isOdd ? 0x82f63b78 : 0);
    }
  crc = (crc ^ 0xffffffff) >>> 0;
  const rotated = ((BigInt(crc) >> 15n) | (BigInt(crc) << 17n)) & 0xffffffffn;
  const masked = Number((rotated + 0xa282ead8n) & 0xffffffffn);
  if (masked !== expected) throw new Error(`checksum ${expected} of ${bytes.length} bytes, counted ${masked}`);
}

type Field = { readonly field: number; readonly value: Buffer | bigint };

function fieldsOf(data: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const bytes = (length: number): Buffer => data.subarray(at, (at += length));
  while (at < data.length) {
    const key = Number(varint());
    const type = key & 7;
    const value = type === 0 ? varint() : bytes(type === 1 ? 8 : type === 5 ? 4 : Number(varint()));
    fields.push({ field: key >> 3, value });
  }
  return fields;
}

function bytesAt(fields: readonly Field[], field: number): Buffer[] {
  return fields.filter((one) => one.field === field).map(({ value }) => value as Buffer);
}

function eventOf(data: Buffer): ReadEvent {
  const fields = fieldsOf(data);
  const values = bytesAt(fields, 5).flatMap((summary) => bytesAt(fieldsOf(summary), 1));
  const scalars = values.map((value) => {
    const own = fieldsOf(value);
    return [bytesAt(own, 1)[0]!.toString("utf8"), bytesAt(own, 2)[0]!.readFloatLE()] as const;
  });
  return {
    wallTimeS: bytesAt(fields, 1)[0]?.readDoubleLE(),
    step: Number(fields.find(({ field }) => field === 2)?.value ?? 0),
    version: bytesAt(fields, 3)[0]?.toString("utf8"),
    scalars: Object.fromEntries(scalars),
  };
}
