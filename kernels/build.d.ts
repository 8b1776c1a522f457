/** A module of kernels: its source in kernels/, and the file of the repository that it becomes. */
export type KernelModule = {
  readonly source: string;
  readonly target: string;
  readonly name: string;
  readonly what: string;
};
export const modules: readonly KernelModule[];
/** The text of a module's target. */
export function compileModule(module: KernelModule): Promise<string>;
