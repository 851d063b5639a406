// Reads the search index in pieces: the entry file once, then for each word the file of its prefix, and for what is shown
// the files of those documents.
import { fileOf, keyOf, nameTermsOf, stemOf } from './search-terms.js';

export const ENTRY = 'entry.json';
/** Bits of a document's id: so many that two of half a million hardly share one, and no more, since each posting has one. */
export const ID_BITS = 36;

/** So many words of a query count. */
const MOST_WORDS = 12;
/** Forms of one word, and words that begin as it does, at most. */
const MOST_FORMS = 8;
/** A word that is only begun says less than a whole one. */
const FORM = 0.8;
const BEGUN = 0.5;

// Where a term stands, as bits of a posting; above them lies how many words the name has.
export const IN_NAME = 1;
export const IN_TITLE = 2;
export const IN_SERVER = 4;
export const IN_LEAD = 8;
export const IN_REST = 16;
export const NAME_SHIFT = 5;
export const MOST_NAME_WORDS = 7;

const WEIGHTS = [
  [IN_TITLE, 4],
  [IN_SERVER, 3],
  [IN_LEAD, 3],
  [IN_REST, 1],
];
const NAME_WEIGHT = 14;
/** The query is the whole name. */
const WHOLE_NAME = 2;

/** A piece of the index that is not what it must be: cut off, or of another build. */
export class PieceError extends Error {}

/** Reads one file of terms. Terms stand in ascending order. */
export function readPiece(bytes) {
  let at = 0;
  const number = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new PieceError('a piece of the search index is cut off');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return decoder.decode(bytes.subarray(at - length, at));
  };
  const terms = Array.from({ length: number() }, () => ({ term: text(), count: number(), length: number(), at: 0 }));
  const most = Array.from({ length: number() }, () => text());
  for (const term of terms) {
    term.at = at;
    at += term.length;
  }
  if (at !== bytes.length) throw new PieceError('a piece of the search index is cut off');
  return { bytes, terms, most };
}

const decoder = new TextDecoder();

/** Tells each posting of a term: the document's id and where the term stands in it. Ids ascend. */
export function eachPosting(bytes, { at, length }, tell) {
  let id = 0;
  const end = at + length;
  for (let i = at; i < end; ) {
    let step = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[i++];
      step += (byte & 127) * factor;
      if (byte < 128) break;
    }
    id += step;
    tell(id, bytes[i++]);
  }
}

/** Opens an index; `load` gives the bytes of one of its files, which are the same as long as the version is. */
export async function openIndex(load) {
  const entry = JSON.parse(decoder.decode(await load(ENTRY, '')));
  const inner = new Set(entry.inner);
  const leaves = new Set(entry.leaves);
  const pieces = new Map();

  /** What was loaded stays, and what could not be loaded is asked for again. */
  function piece(path, read) {
    let loading = pieces.get(path);
    if (loading === undefined) {
      loading = load(path, entry.version).then(read);
      pieces.set(path, loading);
      loading.catch(() => pieces.delete(path));
    }
    return loading;
  }

  const terms = (path) => piece(path, readPiece);

  /** The file that holds a key; undefined where the index has nothing that begins so. */
  function placeOf(key) {
    let length = 0;
    while (inner.has(key.slice(0, length)) && length < key.length) length += 1;
    const prefix = key.slice(0, length);
    return inner.has(prefix) || leaves.has(prefix) ? `terms/${fileOf(prefix)}` : undefined;
  }

  /** The terms that begin so, as far as one file names them. */
  async function begunBy(start) {
    const path = placeOf(keyOf(start));
    if (path === undefined) return [];
    const { terms: own, most } = await terms(path);
    return [...own.map(({ term }) => term), ...most].filter((term) => term.startsWith(start));
  }

  /** The forms of a word, and what is begun by it: term → how near it is. */
  async function formsOf(word) {
    const stem = stemOf(word);
    const start = stem.length > 3 ? stem.replace(/y$/, '') : stem;
    const found = new Map([[word, 1]]);
    const [forms, begun] = await Promise.all([begunBy(start), word.length > 1 ? begunBy(word) : []]);
    for (const term of forms) if (stemOf(term) === stem && !found.has(term)) found.set(term, FORM);
    for (const term of begun) if (!found.has(term)) found.set(term, (BEGUN * word.length) / term.length);
    return [...found].sort((a, b) => b[1] - a[1]).slice(0, MOST_FORMS);
  }

  /** Documents with a word: id → score, and those whose name has it. */
  async function scored(word) {
    const scores = new Map();
    const named = new Set();
    await Promise.all(
      (await formsOf(word)).map(async ([term, near]) => {
        const path = placeOf(keyOf(term));
        if (path === undefined) return;
        const { bytes, terms: own } = await terms(path);
        const found = own.find((one) => one.term === term);
        if (found === undefined) return;
        const rare = Math.log(1 + entry.documents / found.count);
        eachPosting(bytes, found, (id, places) => {
          const score = near * rare * weightOf(places);
          if (score > (scores.get(id) ?? 0)) scores.set(id, score);
          if (near === 1 && (places & IN_NAME) !== 0) named.add(id * 8 + (places >> NAME_SHIFT));
        });
      }),
    );
    return { scores, named };
  }

  /** Documents with one of the values of a facet: id → rank. */
  async function valued(facet, value) {
    const ids = new Map();
    const values = entry.unions?.[facet]?.[value] ?? [[facet, value]];
    await Promise.all(
      values.map(async ([name, one]) => {
        if (!(entry.facets[name] ?? []).includes(one)) return;
        const { bytes, terms: own } = await terms(`facets/${fileOf(`${name}.${one}`)}`);
        for (const term of own) eachPosting(bytes, term, (id, rank) => ids.set(id, rank));
      }),
    );
    return ids;
  }

  /** Searches: `words` say whether all words are in each result, or only some. Results come best first, as ids. */
  async function search(text, filters) {
    const words = [...new Set(nameTermsOf(text))].slice(0, MOST_WORDS);
    const [found, ...facets] = await Promise.all([
      Promise.all(words.map(scored)),
      ...Object.entries(filters).map(([facet, value]) => valued(facet, value)),
    ]);
    const fits = (id) => facets.every((ids) => ids.has(id));
    if (words.length === 0) {
      const [first = new Map()] = facets;
      const ids = [...first].filter(([id]) => fits(id));
      return { all: true, ids: ids.sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([id]) => id) };
    }
    const sums = new Map();
    for (const { scores } of found) {
      for (const [id, score] of scores) {
        const sum = sums.get(id);
        if (sum === undefined) sums.set(id, { words: 1, score });
        else {
          sum.words += 1;
          sum.score += score;
        }
      }
    }
    const fitting = [...sums].filter(([id]) => fits(id));
    const most = fitting.reduce((max, [, sum]) => Math.max(max, sum.words), 0);
    const length = Math.min(words.length, MOST_NAME_WORDS);
    const isNamed = (id) => found.every(({ named }) => named.has(id * 8 + length));
    const best = fitting
      .filter(([, sum]) => sum.words === most)
      .map(([id, { score }]) => [id, isNamed(id) ? score * WHOLE_NAME : score])
      .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return { all: most === words.length, ids: best.map(([id]) => id) };
  }

  /** What is shown of a document. Two addresses may share an id: then both are shown. */
  async function documents(id) {
    const number = Math.floor(id / 2 ** (ID_BITS - entry.bits));
    const all = await piece(`documents/${number}.json`, (bytes) => JSON.parse(decoder.decode(bytes)));
    return all.filter(([own]) => own === id).map(([, url, title, lead, more]) => ({ url, title, lead, ...more }));
  }

  return { search, documents };
}

function weightOf(places) {
  let weight = (places & IN_NAME) === 0 ? 0 : NAME_WEIGHT / (1 + (places >> NAME_SHIFT) / 4);
  for (const [place, own] of WEIGHTS) if ((places & place) !== 0) weight += own;
  return weight;
}
