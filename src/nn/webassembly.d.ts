/** The part of WebAssembly that is used here: neither the ECMAScript library nor @types/node declares it. */
declare namespace WebAssembly {
  type Imported = Memory | ((...numbers: number[]) => number);
  class Memory {
    /** In pages of 64 KiB. */
    constructor(size: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    readonly [Symbol.toStringTag]: string;
    constructor(binary: Uint8Array);
  }
  class Instance<Exports> {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Imported>>>>);
    readonly exports: Exports;
  }
}
