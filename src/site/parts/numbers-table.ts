import { type Html, html } from '../html.ts';

type Head = string | Html;

/** A table whose last columns are numbers; its rows are made by the caller. */
export function numbersTable(
  label: string,
  heads: readonly Head[],
  numbers: readonly Head[],
  rows: readonly Html[],
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}${numbers.map((head) => html`<th scope="col" class="num">${head}</th>`)}</tr></thead>
<tbody>\n${rows}</tbody></table></div>\n`;
}
