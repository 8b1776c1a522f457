import { stylesheet } from "./stylesheet.ts";
import type { ReportTable } from "./table-text.ts";

/** A whole page around its content. */
export function pageHtml(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${stylesheet}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

export function tableHtml({ title, header, rows, note }: ReportTable): string {
  const head = header.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("");
  const body = rows
    .map(([first, ...cells]) => {
      const rest = cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("");
      return `<tr><th scope="row">${escapeHtml(first!)}</th>${rest}</tr>`;
    })
    .join("\n");
  const below = note === undefined ? "" : `<p class="muted">${escapeHtml(note)}</p>`;
  return `<h3>${escapeHtml(title)}</h3>
<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div>${below}`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
