// Compiles the kernels and puts them, as text, into src/nn/wasm-binary.ts. Node runs that: no tool is needed to use them.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const OPTIONS = [
  ["-O3", "--noAssert", "--enable", "simd"],
  ["--runtime", "stub", "--importMemory", "--noExportMemory", "--use", "abort="],
  // v128 in signatures: of no concern, since none of those functions is exported.
  ["--disableWarning", "112"],
].flat();
const TARGET = new URL("../src/nn/wasm-binary.ts", import.meta.url);

/** The text of src/nn/wasm-binary.ts. */
export async function compileKernels() {
  const baseDir = fileURLToPath(new URL(".", import.meta.url));
  let binary = new Uint8Array();
  let messages = "";
  const { error } = await main(["index.ts", ...OPTIONS, "--baseDir", baseDir, "--outFile", "kernels.wasm"], {
    writeFile: (_name, contents) => void (binary = contents),
    stderr: { write: (text) => void (messages += text) },
  });
  if (error !== null) throw new Error(`AssemblyScript refused the kernels:\n${messages}`);
  if (messages !== "") console.error(messages);
  const lines = Buffer.from(binary)
    .toString("base64")
    .match(/.{1,118}/g);
  return `/** The kernels of kernels/, compiled by \`npm run build:kernels\`: WebAssembly in base64. */
export const wasmBinary: string = \`\n${lines.join("\n")}\n\`;\n`;
}

if (import.meta.main) writeFileSync(TARGET, await compileKernels());
