import { type Html, html } from '../html.ts';

type Head = string | Html;

/** A table in a box that scrolls where the screen is too narrow for it: columns of words, then columns of numbers. */
export function table(label: string, heads: readonly Head[], numbers: readonly Head[], rows: readonly Html[]): Html {
  return groupedTable(label, heads, numbers, [rows]);
}

/** The same with rows in groups, each of which starts with a row of its own made by `groupHead`. */
export function groupedTable(
  label: string,
  heads: readonly Head[],
  numbers: readonly Head[],
  groups: readonly (readonly Html[])[],
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}${numbers.map((head) => html`<th scope="col" class="num">${head}</th>`)}</tr></thead>
${groups.map((rows) => html`<tbody>\n${rows}</tbody>`)}</table></div>\n`;
}

/** The first row of a group in a table of so many columns. */
export function groupHead(text: string, columns: number): Html {
  return html`<tr><th scope="rowgroup" colspan="${columns}">${text}</th></tr>\n`;
}

/** Longer crawled names may break in a column, or they would leave the others no room on a phone. */
const WHOLE_CHARS = 20;

/** The head of a row that shows a crawled name. A short name stays in one piece. */
export function nameHead(name: string, shown: Html): Html {
  return html`<th scope="row"${name.length <= WHOLE_CHARS && html` class="whole"`}>${shown}</th>`;
}

/** The same with the name as code. */
export function codeHead(name: string): Html {
  return nameHead(name, html`<code><bdi>${name}</bdi></code>`);
}
