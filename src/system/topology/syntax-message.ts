const found: Readonly<Record<string, string>> = {
  BAD_INDENT: "a line that is not indented far enough, or a missing closing bracket",
  BLOCK_AS_IMPLICIT_KEY: "two values on one line",
  BLOCK_IN_FLOW: "a missing comma or quote",
  MISSING_CHAR: "a missing comma, quote or closing bracket",
  MULTIPLE_DOCS: "several documents",
  TAB_AS_INDENT: "a tab as indentation",
  UNEXPECTED_TOKEN: "a character that does not belong here",
};

/** A YAML parser's error in our grammar; JSON is read by the same parser. */
export function syntaxMessage(code: string, message: string, language: "JSON" | "YAML"): string {
  const first = message.split("\n", 1)[0]!.slice(0, 120);
  const own = Object.hasOwn(found, code) ? found[code] : undefined;
  return `expected valid ${language}, found ${own ?? `an error: ${first}`}`;
}
