import { worstOf } from './pages/server.ts';
import type { ToolRow } from './view.ts';

const COLOURS = {
  low: '#1c6e46',
  medium: '#7a5a00',
  high: '#a8430a',
  critical: '#a8122e',
  unknown: '#57534b',
} as const;
/** Width of one character in the badge's font; `textLength` makes it so whatever font is there. */
const CHAR = 6.6;
const PAD = 10;

/** A small picture for a README: the worst severity and the number of tools. Holds no crawled text. */
export function badgeSvg(rows: readonly ToolRow[]): string {
  const worst = worstOf(rows);
  const label = 'toolrisk';
  const value = worst === undefined ? 'unknown' : `${worst} · ${rows.length} ${rows.length === 1 ? 'tool' : 'tools'}`;
  const left = Math.round(label.length * CHAR + 2 * PAD);
  const right = Math.round(value.length * CHAR + 2 * PAD);
  const text = (at: number, width: number, words: string) =>
    `<text x="${at + width / 2}" y="14" text-anchor="middle" textLength="${width - 2 * PAD}">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${value}"><title>${label}: ${value}</title><rect width="${left + right}" height="20" rx="4" fill="#2b2a27"/><path d="M${left} 0h${right - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4h-${right - 4}z" fill="${COLOURS[worst ?? 'unknown']}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(0, left, label)}${text(left, right, value)}</g></svg>
`;
}
