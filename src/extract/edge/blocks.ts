/** A piece of a text. `label` is what stands in code or bold type at its beginning. */
export interface Piece {
  readonly text: string;
  readonly label?: string;
  /** The label is code, and so a name; bold type may be any word. */
  readonly isCode?: boolean;
}

/** A part of a page, without markup: what Markdown and HTML have in common. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly piece: Piece; readonly line: number }
  | { readonly kind: 'item'; readonly depth: number; readonly piece: Piece; readonly line: number }
  | { readonly kind: 'row'; readonly header: boolean; readonly cells: readonly Piece[]; readonly line: number }
  | { readonly kind: 'text'; readonly piece: Piece; readonly line: number };

const FENCE = /^\s*(?:```|~~~)/u;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/u;
const ITEM = /^(\s*)(?:[-*+]|\d{1,3}[.)])\s+(.*)$/u;
/** An item that is nothing but several names: `a`, `b` | `c`. */
const NAMES_ONLY = /^`[^`]+`(?:[\s|,&-]+(?:and\s+|or\s+)?`[^`]+`)+\.?$/u;
/** Longer lines are no prose; the rest of one is left out. Every pattern below is linear or bounded all the same. */
const LINE_CHARS = 4_000;

/** Reads the headings, list items, table rows and paragraphs of a Markdown text; code blocks and comments are left out. */
export function markdownBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let fenced = false;
  const lines = withoutComments(markdown)
    .split('\n')
    .map((line) => line.slice(0, LINE_CHARS).trimEnd());
  for (const [index, line] of lines.entries()) {
    if (FENCE.test(line)) fenced = !fenced;
    if (fenced || FENCE.test(line) || line.trim() === '') continue;
    blocks.push(...blockOf(line, lines[index + 1] ?? '', index + 1, blocks.at(-1)));
  }
  return blocks;
}

function blockOf(line: string, following: string, number: number, before: Block | undefined): readonly Block[] {
  const heading = HEADING.exec(line);
  if (heading !== null) {
    return [
      {
        kind: 'heading',
        level: heading[1]?.length ?? 1,
        piece: markdownPiece(withoutMarks(heading[2] ?? '')),
        line: number,
      },
    ];
  }
  const item = ITEM.exec(line);
  if (item !== null) {
    const depth = Math.floor((item[1] ?? '').replaceAll('\t', '    ').length / 2);
    const parts = NAMES_ONLY.test(item[2] ?? '')
      ? [...(item[2] ?? '').matchAll(/`[^`]+`/gu)].map(([code]) => code)
      : [item[2] ?? ''];
    return parts.map((text) => ({ kind: 'item', depth, piece: markdownPiece(text), line: number }));
  }
  if (line.includes('|') && !isRule(line) && (isRule(following) || before?.kind === 'row')) {
    return [{ kind: 'row', header: isRule(following), cells: cellsOf(line), line: number }];
  }
  return isRule(line) ? [] : [{ kind: 'text', piece: markdownPiece(line.trim()), line: number }];
}

/** The line under the head of a table: `|---|:--:|`. */
function isRule(line: string): boolean {
  if (!line.includes('-') || !line.includes('|')) return false;
  const cells = line.split('|').map((cell) => cell.trim());
  return cells.every(
    (cell, index) => /^:?-+:?$/u.test(cell) || (cell === '' && (index === 0 || index === cells.length - 1)),
  );
}

/** A heading without the number signs that may close it. */
function withoutMarks(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '#' || text[end - 1] === ' ')) end--;
  return text.slice(0, end);
}

/** Blanks comments and keeps their line ends. */
function withoutComments(markdown: string): string {
  let text = '';
  let from = 0;
  for (let start = markdown.indexOf('<!--'); start >= 0; start = markdown.indexOf('<!--', from)) {
    const end = markdown.indexOf('-->', start + 4);
    text += markdown.slice(from, start);
    if (end < 0) return text;
    text += markdown.slice(start, end).replace(/[^\n]/gu, '');
    from = end + 3;
  }
  return text + markdown.slice(from);
}

function cellsOf(line: string): readonly Piece[] {
  const inner = line
    .trim()
    .replace(/^\|/u, '')
    .replace(/(?<!\\)\|$/u, '');
  return inner.split(/(?<!\\)\|/u).map((cell) => markdownPiece(cell.replaceAll('\\|', '|').trim()));
}

const LABEL = /^(?:\[\s*)?(?:\*\*|__)?\s*`([^`]+)`|^(?:\*\*|__)([^*_`]+(?:_[^*_`]+)*)(?:\*\*|__)/u;

/** A piece of Markdown: its label, and its text without links, code marks and emphasis. */
export function markdownPiece(markdown: string): Piece {
  const match = LABEL.exec(markdown);
  const label = (match?.[1] ?? match?.[2])?.trim();
  const text = markdown
    .replace(/!\[[^\]]{0,200}\]\([^)]{0,400}\)/gu, '')
    .replace(/\[([^\]]{0,200})\]\([^)]{0,400}\)/gu, '$1')
    .replace(/<br\s*\/?>/giu, ' ')
    .replace(/<\/?[a-z][^>]{0,300}>/giu, '')
    .replace(/\*\*|`|(?<![\w*])[*_](?=\S)|(?<=\S)[*_](?![\w*])/gu, '')
    .replace(/\\([\\_*[\]()#|-])/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
  return label === undefined || label === '' ? { text } : { text, label, isCode: match?.[1] !== undefined };
}
