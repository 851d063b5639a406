import type { Json } from '../model/tool.ts';
import { extractionOf } from './edge/facts.ts';
import { field, listOf, textOf } from './edge/value.ts';
import type { Extractor } from './extractor.ts';
import { cardLead, readCard } from './server-card.ts';

/** `/.well-known/ai-catalog.json`: entries that lead to server cards, or hold them. */
export const aiCatalogue: Extractor = {
  id: 'ai-catalogue',
  title: 'ai-catalog.json',
  homepage: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2127',
  keys: ['specVersion'],
  accepts({ value }) {
    return textOf(field(value, 'specVersion')) !== undefined && listOf(field(value, 'entries')) !== undefined;
  },
  extract(document) {
    const cards = (listOf(field(document.value, 'entries')) ?? []).filter(isCard);
    const inline = cards.flatMap((entry, index) => {
      const data = field(entry, 'data');
      return data === undefined ? [] : [readCard(document, data, `/entries/${index}/data`)];
    });
    const linked = cards.flatMap((entry) => cardLead(document, textOf(field(entry, 'url'))));
    return extractionOf(
      inline.flatMap((card) => card.servers),
      [...linked, ...inline.flatMap((card) => card.leads)],
    );
  },
};

function isCard(entry: Json): boolean {
  return (textOf(field(entry, 'type')) ?? textOf(field(entry, 'mediaType')) ?? '').includes('mcp');
}
