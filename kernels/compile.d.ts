/** The WebAssembly module of an AssemblyScript source of one file. */
export function compileSource(source: string, options: readonly string[]): Promise<Uint8Array<ArrayBuffer>>;
