import type { Severity } from '../../model/verdict.ts';
import { type Html, html, raw } from '../html.ts';
import { number, WORST_FIRST } from '../words.ts';

/** One bar: a label, its link, and how many. */
export interface Bar {
  readonly label: string;
  readonly href: string;
  readonly n: number;
  /** For its colour. */
  readonly tone?: Severity;
}

/** The same, made of the counts of each severity. */
export interface StackedBar extends Pick<Bar, 'label' | 'href'> {
  readonly bySeverity: ReadonlyMap<Severity, number>;
}

/** Counts as bars of an inline picture; the numbers stand beside them, so the picture itself says nothing new. */
export function countBars(bars: readonly Bar[], whole: number): Html {
  const lines = bars.map(
    ({ label, href, n, tone }) =>
      html`<div class="bar-row"><a href="${href}">${label}</a>${picture([{ part: n / Math.max(1, whole), tone }])}<span class="soft">${number(n)}</span></div>
`,
  );
  return html`<div class="bars">\n${lines}</div>\n`;
}

/** Counts by severity as bars, the worst first. Colours alone tell the parts, so a table must stand beside them. */
export function stackedBars(bars: readonly StackedBar[], whole: number): Html {
  const lines = bars.map(({ label, href, bySeverity }) => {
    const all = [...bySeverity.values()].reduce((sum, n) => sum + n, 0);
    const parts = WORST_FIRST.map((tone) => ({ part: (bySeverity.get(tone) ?? 0) / Math.max(1, whole), tone }));
    return html`<div class="bar-row"><a href="${href}">${label}</a>${picture(parts)}<span class="soft">${number(all)}</span></div>
`;
  });
  return html`<div class="bars">\n${lines}</div>\n`;
}

interface Part {
  /** 0 to 1. */
  readonly part: number;
  readonly tone?: Severity | undefined;
}

const WIDTH = 400;

/** A bar; its widths are attributes, since inline styles are not allowed. */
function picture(parts: readonly Part[]): Html {
  let x = 0;
  const rects = parts.flatMap(({ part, tone }) => {
    if (part <= 0) return [];
    const width = Math.max(2, Math.round(part * WIDTH));
    const rect = `<rect class="fill${tone === undefined ? '' : ` s-${tone}`}" x="${x}" width="${width}" height="12"/>`;
    x += width;
    return [rect];
  });
  return raw(
    `<svg class="chart" viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="${WIDTH}" height="12"/>${rects.join('')}</svg>`,
  );
}
