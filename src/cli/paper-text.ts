import { table } from "./table.ts";

export type PaperTable = {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** Tables under their titles, then what to know before reading them. */
export function paperText(tables: readonly PaperTable[], caveats: readonly string[], isMarkdown: boolean): string {
  const parts = tables.map(({ title, header, rows }) =>
    isMarkdown ? `## ${title}\n\n${markdownTable(header, rows)}` : `${title}\n${table(header, rows)}`,
  );
  const heading = isMarkdown ? "## Read with this in mind\n\n" : "Read with this in mind\n";
  return [...parts, heading + caveats.map((caveat) => `- ${caveat}`).join("\n")].join("\n\n");
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(header), `|${header.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(" | ")} |`;
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
