import { foldPoint, isInvisible } from './unicode-fold.ts';

/** A text as it reads after one kind of decoding. `starts[i]` and `ends[i]` are raw offsets of character i. */
export class View {
  readonly text: string;
  /** Absent when every character stands where it stood. */
  readonly starts: Int32Array | undefined;
  readonly ends: Int32Array | undefined;

  constructor(text: string, starts?: Int32Array, ends?: Int32Array) {
    this.text = text;
    this.starts = starts;
    this.ends = ends;
  }

  /** Another text of the same length, each character of which stands where the one of this view stood. */
  withText(text: string): View {
    return new View(text, this.starts, this.ends);
  }
}

/** The raw span of the characters `start` to `end` of a view, in whichever direction the view reads. */
export function rawSpan(view: View, start: number, end: number): { readonly start: number; readonly end: number } {
  const { starts, ends } = view;
  if (starts === undefined || ends === undefined || end <= start) return { start, end };
  const first = starts[start] ?? 0;
  const last = starts[end - 1] ?? first;
  return first <= last ? { start: first, end: ends[end - 1] ?? first } : { start: last, end: ends[start] ?? last };
}

/** Writes a view, piece by piece. */
export class Builder {
  private text = '';
  private starts: Int32Array;
  private ends: Int32Array;

  /** `size` is about how long the view will be. */
  constructor(size: number) {
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
  }

  get length(): number {
    return this.text.length;
  }

  /** Adds characters that all stand for the raw span. */
  add(piece: string, start: number, end: number): void {
    const from = this.text.length;
    this.text += piece;
    this.reserve(this.text.length);
    this.starts.fill(start, from, this.text.length);
    this.ends.fill(end, from, this.text.length);
  }

  /** Adds the characters `from` to `to` of a view as they stand there. */
  copy(base: View, from: number, to: number): void {
    if (from >= to) return;
    const length = this.text.length;
    this.text += base.text.slice(from, to);
    this.reserve(this.text.length);
    const { starts, ends } = base;
    if (starts !== undefined && ends !== undefined) {
      this.starts.set(starts.subarray(from, to), length);
      this.ends.set(ends.subarray(from, to), length);
      return;
    }
    for (let at = from; at < to; at += 1) {
      this.starts[length + at - from] = at;
      this.ends[length + at - from] = at + 1;
    }
  }

  view(): View {
    return new View(this.text, this.starts, this.ends);
  }

  private reserve(length: number): void {
    if (length <= this.starts.length) return;
    this.starts = grown(this.starts, length * 2);
    this.ends = grown(this.ends, length * 2);
  }
}

/** What parts the paragraphs of a text. */
const PARAGRAPH = '\n\n';

/** Several views as the paragraphs of one, in their order. */
export function joinedView(views: readonly View[]): View {
  const built = new Builder(views.reduce((sum, { text }) => sum + text.length + PARAGRAPH.length, 0));
  let end = 0;
  for (const view of views) {
    if (built.length > 0) built.add(PARAGRAPH, end, end);
    built.copy(view, 0, view.text.length);
    end = rawSpan(view, 0, view.text.length).end;
  }
  return built.view();
}

function grown(list: Int32Array, size: number): Int32Array {
  const longer = new Int32Array(size);
  longer.set(list);
  return longer;
}

const TAG_FIRST = 0xe0020;
const TAG_LAST = 0xe007e;

/** Characters that are remembered with what they fold to. */
const MAX_FOLDS = 4096;

/** What characters fold to, remembered from text to text. */
export class Folds {
  readonly #known = new Map<number, string>();

  of(point: number): string {
    const known = this.#known.get(point);
    if (known !== undefined) return known;
    const folded = foldedPoint(point);
    if (this.#known.size >= MAX_FOLDS) this.#known.clear();
    this.#known.set(point, folded);
    return folded;
  }
}

/**
 * A text as a reader sees it: look-alikes and full-width forms are Latin letters, invisible characters are gone, tag
 * characters are the letters they stand for.
 */
export function foldedView(base: View, folds: Folds): View {
  const { text } = base;
  const { length } = text;
  let built: Builder | undefined;
  let copied = 0;
  for (let at = nextUnsettled(text, 0); at < length; ) {
    const point = text.codePointAt(at) ?? 0;
    const next = point > 0xffff ? at + 2 : at + 1;
    const folded = folds.of(point);
    if (folded.length !== next - at || !text.startsWith(folded, at)) {
      built ??= new Builder(length);
      built.copy(base, copied, at);
      if (folded !== '') {
        const { start, end } = rawSpan(base, at, next);
        built.add(folded, start, end);
      }
      copied = next;
    }
    at = nextUnsettled(text, next);
  }
  if (built === undefined) return base;
  built.copy(base, copied, length);
  return built.view();
}

/** Where the next character stands that may fold to something else; the text's length where none does. */
function nextUnsettled(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code >= 0x80 && !isSettled(code)) return at;
    at += 1;
  }
  return at;
}

/** Ideographs, which fold to themselves and are many. */
function isSettled(code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf);
}

function foldedPoint(point: number): string {
  if (point >= TAG_FIRST && point <= TAG_LAST) return String.fromCharCode(point - 0xe0000);
  return isInvisible(point) ? '' : foldPoint(point);
}
