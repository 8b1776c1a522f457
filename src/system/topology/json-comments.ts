// A string, a line comment, or a block comment (which may be left open at the end).
const stringOrComment = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g;

/** JSON text with comments turned into spaces, so that every line and column stays where it was. */
export function blankComments(text: string): string {
  return text.replace(stringOrComment, (match) => (match.startsWith("/") ? match.replace(/[^\n]/g, " ") : match));
}
