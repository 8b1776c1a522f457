/** A field of a message as it was read: a number, or the bytes of a text, a tensor or a message. */
export type ReadField = { readonly number: number; readonly value: number | Uint8Array };

/** Reads the fields of a protobuf message; throws where they do not fill it. */
export function readFields(bytes: Uint8Array): ReadField[] {
  const fields: ReadField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => bytes.slice(at, (at += length));
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    if (key % 8 === 0) fields.push({ number, value: varint() });
    else if (key % 8 === 2) fields.push({ number, value: take(varint()) });
    else if (key % 8 === 5) fields.push({ number, value: floatsOf(take(4))[0]! });
    else throw new Error(`wire type ${key % 8}`);
  }
  if (at !== bytes.length) throw new Error("the message is cut off");
  return fields;
}

/** Messages of this number, read. */
export function messagesOf(fields: readonly ReadField[], number: number): ReadField[][] {
  return fields.filter((field) => field.number === number).map(({ value }) => readFields(value as Uint8Array));
}

export function textsOf(fields: readonly ReadField[], number: number): string[] {
  return fields
    .filter((field) => field.number === number)
    .map(({ value }) => new TextDecoder().decode(value as Uint8Array));
}

export function numbersOf(fields: readonly ReadField[], number: number): number[] {
  return fields.filter((field) => field.number === number).map(({ value }) => value as number);
}

export function floatsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true));
}
