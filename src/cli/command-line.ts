/** What the user typed, so that a shell takes it again. */
export function typedCommand(): string {
  return ["karma", ...process.argv.slice(2)].map(shellWord).join(" ");
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
