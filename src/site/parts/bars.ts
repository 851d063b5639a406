import { type Html, html, raw } from '../html.ts';
import { number } from '../words.ts';

/** One bar: a label, its link, and how many. */
export interface Bar {
  readonly label: string;
  readonly href: string;
  readonly n: number;
  /** A severity, for its colour. */
  readonly tone?: string;
}

/** Counts as bars of an inline picture; the numbers stand beside them, so the picture itself says nothing new. */
export function countBars(bars: readonly Bar[], whole: number): Html {
  const lines = bars.map(
    ({ label, href, n, tone }) =>
      html`<div class="bar-row"><a href="${href}">${label}</a>${bar(whole === 0 ? 0 : n / whole, tone)}<span class="soft">${number(n)}</span></div>
`,
  );
  return html`<div class="bars">\n${lines}</div>\n`;
}

const WIDTH = 400;

/** A bar; its width is an attribute, since inline styles are not allowed. */
function bar(part: number, tone: string | undefined): Html {
  const width = Math.max(part > 0 ? 2 : 0, Math.round(part * WIDTH));
  return raw(
    `<svg class="chart" viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" height="12" aria-hidden="true" focusable="false"><rect class="track" width="${WIDTH}" height="12" rx="3"/><rect class="fill${tone === undefined ? '' : ` s-${tone}`}" width="${width}" height="12" rx="3"/></svg>`,
  );
}
