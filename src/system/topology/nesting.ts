import { Lexer, Parser } from "yaml";

/** Deepest nesting of objects and arrays that is read. */
export const LARGEST_DEPTH = 32;

const collections: ReadonlySet<string> = new Set(["block-map", "block-seq", "flow-collection"]);

/**
 * Offset where objects and arrays nest deeper than {@link LARGEST_DEPTH}, or undefined. Reads the text as a stream,
 * because composing a document recurses and a hostile file would overflow the stack.
 */
export function findDeepNesting(source: string): number | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(source)) {
    for (const _finished of parser.next(lexeme)) continue;
    if (parser.stack.length <= LARGEST_DEPTH) continue;
    const depth = parser.stack.filter(({ type }) => collections.has(type)).length;
    if (depth > LARGEST_DEPTH) return parser.offset;
  }
  return undefined;
}
