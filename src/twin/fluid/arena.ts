type Column = Float64Array | Int32Array | Uint8Array;

/** Gives out the columns of a twin: on the heap, or in one memory that kernels work on. All are zero at first. */
export type Arena = {
  readonly float64: (length: number) => Float64Array;
  readonly int32: (length: number) => Int32Array;
  readonly uint8: (length: number) => Uint8Array;
  /** Where a value of a column lies, bytes from the start of the memory; means nothing on the heap. */
  readonly addressOf: (column: Column, index?: number) => number;
  /** Where the addresses of so many columns stand, one after another, as 32-bit numbers. */
  readonly directory: (columns: readonly Column[]) => number;
  /** Bytes that have been given out, gaps included. */
  readonly takenBytes: () => number;
};

const PAGE_BYTES = 65_536;
/** Columns start at cache lines. */
const LINE_BYTES = 64;
/** Below it is room for what a compiler puts there. */
const FIRST_BYTE = 8_192;
const MOST_BYTES = 2 ** 32;

/** On the heap: for plain loops, and to see how much memory a twin takes. */
export function createHeapArena(): Arena {
  return createArena((_from, bytes) => new ArrayBuffer(bytes), 0);
}

/** A memory of so many bytes; what was never written in it takes no room in the machine. */
export function createMemoryArena(bytes: number): Arena & { readonly memory: WebAssembly.Memory } {
  if (bytes > mostBytes) throw new RangeError(`a memory has ${mostBytes} bytes at most, got ${bytes}`);
  // Growing it would detach every column.
  const pages = Math.ceil((FIRST_BYTE + bytes) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { buffer } = memory;
  const arena = createArena((from, size) => {
    if (from + size > buffer.byteLength) throw new Error(`a memory of ${bytes} bytes is full`);
    return buffer;
  }, FIRST_BYTE);
  return { ...arena, memory };
}

/** What fits into a memory. */
export const mostBytes: number = MOST_BYTES - FIRST_BYTE;

function addressOf(column: Column, index = 0): number {
  return column.byteOffset + index * column.BYTES_PER_ELEMENT;
}

/** @param bufferFor  what holds so many bytes from there */
function createArena(bufferFor: (from: number, bytes: number) => ArrayBuffer, firstByte: number): Arena {
  let free = firstByte;
  /** A line is left between columns: of equal length, they would all share few lines of a cache otherwise. */
  const take = (bytes: number): readonly [ArrayBuffer, number] => {
    const from = free;
    free += Math.ceil(bytes / LINE_BYTES) * LINE_BYTES + LINE_BYTES;
    const buffer = bufferFor(from, bytes);
    return [buffer, firstByte === 0 ? 0 : from];
  };
  const int32 = (length: number): Int32Array => new Int32Array(...take(length * 4), length);
  return {
    float64: (length) => new Float64Array(...take(length * 8), length),
    int32,
    uint8: (length) => new Uint8Array(...take(length), length),
    addressOf,
    directory(columns) {
      const addresses = int32(columns.length);
      for (const [i, column] of columns.entries()) addresses[i] = addressOf(column);
      return addressOf(addresses);
    },
    takenBytes: () => free - firstByte,
  };
}
