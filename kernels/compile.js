import { main } from "assemblyscript/asc";

/** Compiles a source of one file. In JavaScript: AssemblyScript's types change those of JavaScript wherever they are seen. */
export async function compileSource(source, options) {
  let binary = new Uint8Array();
  const { error } = await main(["source.ts", ...options, "--outFile", "source.wasm"], {
    readFile: (name) => (name === "source.ts" ? source : null),
    writeFile: (_name, contents) => void (binary = Uint8Array.from(Buffer.from(contents))),
    listFiles: () => [],
  });
  if (error !== null) throw error;
  return binary;
}
