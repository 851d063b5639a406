import type { Sql } from './sql.ts';

/** Words of a question that are looked at, and corrections that are offered. */
const MAX_WORDS = 6;
const MAX_OFFERS = 3;

/** Words of the index that are compared with one word of a question: those with the same first letter. */
const MAX_COMPARED = 60_000;
const LONGEST = 32;

/** Edits that a word of this length may be away: one up to five letters, else two. */
const editsFor = (word: string) => (word.length <= 5 ? 1 : 2);

/**
 * Texts that the question may have meant, best first: each word that begins no word of the index is replaced by the
 * nearest ones. Empty when every word occurs, or when nothing is near.
 */
export function suggestSearches(sql: Sql, text: string): readonly string[] {
  const words = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MAX_WORDS);
  const offers = words.map((word) => (occurs(sql, word) ? [word] : nearest(sql, word)));
  if (offers.every((one, i) => one[0] === words[i]) || offers.some((one) => one.length === 0)) return [];
  const most = Math.max(...offers.map((one) => one.length));
  const texts = Array.from({ length: most }, (_, i) => offers.map((one) => one[i] ?? one[0]).join(' '));
  return [...new Set(texts)].slice(0, MAX_OFFERS);
}

function occurs(sql: Sql, word: string): boolean {
  const match = `"${word.slice(0, LONGEST)}"*`;
  return sql.get('SELECT 1 AS one FROM tools_fts WHERE tools_fts MATCH :match LIMIT 1', { match }) !== undefined;
}

function nearest(sql: Sql, word: string): readonly string[] {
  if (word.length < 3 || word.length > LONGEST) return [];
  const first = word.slice(0, 1);
  const terms = sql.all<{ term: string; doc: number }>(
    `SELECT term, doc FROM tools_words WHERE term >= :first AND term < :end LIMIT ${MAX_COMPARED}`,
    { first, end: first + LAST },
  );
  const most = editsFor(word);
  return terms
    .filter(({ term }) => Math.abs(term.length - word.length) <= most)
    .map(({ term, doc }) => ({ term, doc, edits: edits(word, term, most) }))
    .filter((one) => one.edits <= most)
    .sort((a, b) => a.edits - b.edits || b.doc - a.doc || (a.term < b.term ? -1 : 1))
    .slice(0, MAX_OFFERS)
    .map(({ term }) => term);
}

/** Sorts after every word with the same first letter. */
const LAST = '\u{10ffff}';

/** Insertions, deletions, replacements and swaps of neighbours from one word to the other; `most + 1` when it is more. */
export function edits(a: string, b: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    if (Math.min(...next) > most) return most + 1;
    before = row;
    row = next;
  }
  return row[b.length] ?? most + 1;
}
