/** The text of src/nn/wasm-binary.ts. */
export function compileKernels(): Promise<string>;
