import { sumOf } from "../../../core/statistics.ts";

/** A file of an archive; its path has at most 100 characters. */
type ArchiveFile = { readonly path: string; readonly content: string };

const BLOCK = 512;
const MODE = "0000644";

/**
 * Files as a tar archive, as Docker takes a build context. Same files, same bytes: owner, mode and time are fixed.
 * @source POSIX.1-1988, ustar
 */
export function tarArchive(files: readonly ArchiveFile[]): Buffer {
  const parts = files.flatMap(({ path, content }) => {
    const bytes = Buffer.from(content);
    return [header(path, bytes.length), bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, sizeBytes: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long for a tar archive`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  block.write(MODE, 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(sizeBytes, 11), 124);
  block.write(octal(0, 11), 136);
  block.write("ustar\u000000", 257);
  block.write("0", 156);
  // The checksum is taken with blanks in its own place.
  block.write(" ".repeat(8), 148);
  const sum = sumOf(block);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
