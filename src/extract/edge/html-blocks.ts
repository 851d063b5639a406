import type { Cheerio, CheerioAPI } from 'cheerio';
import type { Block, Piece } from './blocks.ts';
import { parseHtml } from './parse-html.ts';

/** The node types of the cheerio that is used. */
type AnyNode = ReturnType<CheerioAPI> extends Cheerio<infer One> ? One : never;
type Element = Extract<AnyNode, { readonly tagName: string }>;
type Child = Element['children'][number];

/** So much of one element's text is read; nested elements would be read again and again otherwise. */
const TEXT_CHARS = 2_000;
/** So many elements of a page are read. */
const ELEMENTS = 50_000;
/** Lists nest so deep; what is deeper has this depth. */
const MAX_DEPTH = 16;

/** Elements whose text is none of the element around them. */
const APART = new Set(['ul', 'ol', 'table', 'pre', 'script', 'style', 'dl']);

/** Reads the headings, list items, table rows and paragraphs of a page in their order. Scripts and styles are left out. */
export function htmlBlocks(html: string): readonly Block[] {
  const $ = parseHtml(html);
  $('script, style, noscript, template, nav, footer, head').remove();
  const elements = $('h1, h2, h3, h4, h5, h6, li, tr, p, dt').toArray().slice(0, ELEMENTS);
  return elements.flatMap((element, line) => blockOf(element, line));
}

function blockOf(element: Element, line: number): readonly Block[] {
  const tag = element.tagName.toLowerCase();
  if (tag === 'tr') {
    const cells = element.children.filter(
      (child): child is Element => isElement(child, 'td') || isElement(child, 'th'),
    );
    const header = cells.length > 0 && cells.every((cell) => isElement(cell, 'th'));
    return [{ kind: 'row', header, cells: cells.map((cell) => pieceOf(cell)), line }];
  }
  if (tag === 'li') return [{ kind: 'item', depth: 2 * depthOf(element), piece: pieceOf(element), line }];
  if (tag === 'dt') return [{ kind: 'item', depth: 0, piece: defined(element), line }];
  if (tag === 'p') return isInside(element) ? [] : [{ kind: 'text', piece: pieceOf(element), line }];
  return [{ kind: 'heading', level: Number(tag.slice(1)), piece: pieceOf(element), line }];
}

/** A term with its definition, as `term: definition`. */
function defined(term: Element): Piece {
  const piece = pieceOf(term);
  let next = term.next;
  while (next !== null && next.type === 'text') next = next.next;
  return next?.type === 'tag' && isElement(next, 'dd') ? { ...piece, text: `${piece.text}: ${ownText(next)}` } : piece;
}

/** The text of an element, and the code or bold text that it begins with. */
function pieceOf(element: Element): Piece {
  const text = ownText(element);
  const marked = firstMarked(element);
  const label = marked === undefined ? '' : ownText(marked);
  if (marked === undefined || label === '' || !text.startsWith(label)) return { text };
  const isCode = isElement(marked, 'code') || marked.children.some((child) => isElement(child, 'code'));
  return { text, label, isCode };
}

const MARKS = new Set(['code', 'strong', 'b', 'dfn']);

/** The first element in code or bold type, when no text stands before it. */
function firstMarked(element: Element): Element | undefined {
  let node: Element = element;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const first = node.children.find(
      (child) => child.type === 'tag' || (child.type === 'text' && child.data.trim() !== ''),
    );
    if (first === undefined || first.type !== 'tag') return undefined;
    if (MARKS.has(first.tagName.toLowerCase())) return first;
    node = first;
  }
  return undefined;
}

/** The text of an element without nested lists and tables, white space folded. Iterative: pages nest as deep as they like. */
function ownText(element: Element): string {
  const pending: Child[] = [...element.children].reverse();
  let text = '';
  for (let node = pending.pop(); node !== undefined && text.length < TEXT_CHARS; node = pending.pop()) {
    if (node.type === 'text') text += node.data.slice(0, TEXT_CHARS);
    else if (node.type === 'tag' && !APART.has(node.tagName.toLowerCase())) {
      text += node.tagName.toLowerCase() === 'br' ? ' ' : '';
      for (const child of [...node.children].reverse()) pending.push(child);
    }
  }
  return text.replace(/\s+/gu, ' ').trim();
}

function depthOf(element: Element): number {
  let depth = 0;
  for (let up = element.parent; up !== null && depth < MAX_DEPTH; up = up.parent) if (isElement(up, 'li')) depth++;
  return depth;
}

/** A paragraph inside an item or a cell is read with it. */
function isInside(element: Element): boolean {
  let steps = 0;
  for (let up = element.parent; up !== null && steps < MAX_DEPTH; up = up.parent) {
    if (isElement(up, 'li') || isElement(up, 'td') || isElement(up, 'th')) return true;
    steps++;
  }
  return false;
}

function isElement(node: Child | NonNullable<Element['parent']>, tag: string): boolean {
  return node.type === 'tag' && node.tagName.toLowerCase() === tag;
}
