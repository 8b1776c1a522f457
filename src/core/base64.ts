/** 32-bit numbers as base64 of their bytes, little endian on every machine. */
export function numbersToBase64(numbers: Float32Array): string {
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [k, number] of numbers.entries()) view.setFloat32(k * 4, number, true);
  let binary = "";
  for (let k = 0; k < view.byteLength; k++) binary += String.fromCharCode(view.getUint8(k));
  return btoa(binary);
}

/** The way back; undefined where the text is no base64 of whole numbers. */
export function numbersFromBase64(text: string): Float32Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(k * 4, true));
}

/** @source Fowler, Noll & Vo, FNV-1a, 32 bits, of the base64 text */
export function checksumOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
