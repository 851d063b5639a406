import { type Cheerio, type CheerioAPI, load } from 'cheerio';
import type { Block, Piece } from './blocks.ts';

/** The element type of the cheerio that is used. */
type Element = ReturnType<CheerioAPI> extends Cheerio<infer One> ? One : never;

/** Reads the headings, list items, table rows and paragraphs of a page in their order. Scripts and styles are left out. */
export function htmlBlocks(html: string): readonly Block[] {
  const $ = load(html);
  $('script, style, noscript, template, nav, footer, head').remove();
  const blocks: Block[] = [];
  for (const [line, element] of $('h1, h2, h3, h4, h5, h6, li, tr, p, dt').toArray().entries()) {
    const node = $(element);
    const tag = element.tagName.toLowerCase();
    if (tag === 'tr') {
      const cells = node.children('td, th').toArray();
      const header = cells.length > 0 && cells.every((cell) => cell.tagName.toLowerCase() === 'th');
      blocks.push({ kind: 'row', header, cells: cells.map((cell) => htmlPiece($(cell))), line });
    } else if (tag === 'li' || tag === 'dt') {
      const own = tag === 'li' ? node.clone() : node;
      if (tag === 'li') own.find('ul, ol, pre').remove();
      const definition = tag === 'dt' ? node.next('dd').text() : '';
      const piece = htmlPiece(own);
      blocks.push({
        kind: 'item',
        depth: node.parents('li').length * 2,
        piece: definition === '' ? piece : { ...piece, text: `${piece.text}: ${squeeze(definition)}` },
        line,
      });
    } else if (tag === 'p') {
      if (node.parents('li, td, th').length === 0) blocks.push({ kind: 'text', piece: htmlPiece(node), line });
    } else {
      blocks.push({ kind: 'heading', level: Number(tag.slice(1)), piece: htmlPiece(node), line });
    }
  }
  return blocks;
}

/** The text of an element, and the code or bold text that it begins with. */
function htmlPiece(node: Cheerio<Element>): Piece {
  const text = squeeze(node.text());
  const marked = node.find('code, strong, b, dfn').first();
  const label = squeeze(marked.text());
  if (label === '' || !text.startsWith(label)) return { text };
  return { text, label, isCode: marked.is('code') || marked.find('code').length > 0 };
}

function squeeze(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
