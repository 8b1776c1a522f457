/** A file to write. */
export type Artifact = {
  /** Below the folder that is generated, with forward slashes. */
  readonly path: string;
  readonly content: string;
};
