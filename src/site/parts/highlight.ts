import { type Html, html } from '../html.ts';

/** A stretch of a raw string that something points at: UTF-16 offsets, half-open. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Id of the element that explains it. */
  readonly target: string;
}

/**
 * Draws spans into a text, each a link to what explains it. Where spans overlap, the stretch belongs to the one that
 * started first; every character is drawn once. Spans outside the text are ignored.
 */
export function highlight(text: string, spans: readonly Span[]): Html {
  if (spans.length === 0) return html`${text}`;
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: Html[] = [];
  let at = 0;
  for (const { start, end, target } of sorted) {
    const from = Math.max(start, at);
    const to = Math.min(end, text.length);
    if (from >= to) continue;
    parts.push(html`${text.slice(at, from)}<a class="hit" href="#${target}"><mark>${text.slice(from, to)}</mark></a>`);
    at = to;
  }
  parts.push(html`${text.slice(at)}`);
  return html`${parts}`;
}

/** The neighbourhood of a span on one line, with the span marked. */
export function snippet(text: string, start: number, end: number, around: number): Html {
  const from = start <= around ? 0 : startOfWord(text, start - around);
  const to = end + around >= text.length ? text.length : endOfWord(text, end + around);
  return html`${from > 0 && '… '}${text.slice(from, start)}<mark>${text.slice(start, end)}</mark>${text.slice(end, to)}${to < text.length && ' …'}`;
}

/** Words are not cut, unless they are longer than what is shown. */
const WORD_CHARS = 24;

function startOfWord(text: string, at: number): number {
  const space = text.lastIndexOf(' ', at);
  return space < 0 || at - space > WORD_CHARS ? at : space + 1;
}

function endOfWord(text: string, at: number): number {
  const space = text.indexOf(' ', at);
  return space < 0 || space - at > WORD_CHARS ? at : space;
}
