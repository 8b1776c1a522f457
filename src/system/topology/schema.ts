/** The part of JSON Schema (draft 2020-12) that our schemas use, and three notes of our own for messages. */
export type Schema = {
  readonly $ref?: string | undefined;
  readonly $defs?: Readonly<Record<string, Schema>> | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly required?: readonly string[] | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** Unit of a number: `millicores`. */
  readonly "x-unit"?: string | undefined;
  /** What is expected, where type and bounds do not say it well. */
  readonly "x-expected"?: string | undefined;
  /** What an array or object holds, in the plural. */
  readonly "x-entries"?: string | undefined;
  readonly [other: string]: unknown;
};
