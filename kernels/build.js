// Compiles the kernels and puts them, as text, into src/. Node runs that: no tool is needed to use them.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const OPTIONS = [
  ["-O3", "--noAssert", "--enable", "simd"],
  ["--runtime", "stub", "--importMemory", "--noExportMemory", "--use", "abort="],
  // v128 in signatures: of no concern, since none of those functions is exported.
  ["--disableWarning", "112"],
].flat();

/** What is compiled: a source here, the file in the repository that it becomes, and how that calls it. */
export const modules = [
  { source: "index.ts", target: "src/nn/wasm-binary.ts", name: "wasmBinary", what: "kernels/" },
  {
    source: "fluid/response.ts",
    target: "src/twin/fluid/response-binary.ts",
    name: "responseBinary",
    what: "kernels/fluid/response.ts",
  },
  {
    source: "fluid/station.ts",
    target: "src/twin/fluid/station-binary.ts",
    name: "stationBinary",
    what: "kernels/fluid/station.ts",
  },
];

/** The text of a module's target. */
export async function compileModule({ source, name, what }) {
  const baseDir = fileURLToPath(new URL(".", import.meta.url));
  let binary = new Uint8Array();
  let messages = "";
  const { error } = await main([source, ...OPTIONS, "--baseDir", baseDir, "--outFile", "kernels.wasm"], {
    writeFile: (_name, contents) => void (binary = contents),
    stderr: { write: (text) => void (messages += text) },
  });
  if (error !== null) throw new Error(`AssemblyScript refused ${source}:\n${messages}`);
  if (messages !== "") console.error(messages);
  const lines = Buffer.from(binary)
    .toString("base64")
    .match(/.{1,118}/g);
  return `/** The kernels of ${what}, compiled by \`npm run build:kernels\`: WebAssembly in base64. */
export const ${name}: string = \`\n${lines.join("\n")}\n\`;\n`;
}

if (import.meta.main)
  for (const module of modules)
    writeFileSync(new URL(`../${module.target}`, import.meta.url), await compileModule(module));
