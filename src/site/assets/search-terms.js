// What the index and a query take for a word. The build and the browser run this same file.

/** Longer words are cut. */
const TERM_CHARS = 40;

/** Scripts that do not put blanks between words: pairs of characters stand for them. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const RUNS = new RegExp(`[${UNSPACED}]+|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+`, 'gu');
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');
const NOT_ASCII = /[^\0-\x7f]/;

/** The words of a text in their order, in lower case and without accents. */
export function termsOf(text) {
  if (!NOT_ASCII.test(text))
    return (
      text
        .toLowerCase()
        .match(/[a-z0-9]+/g)
        ?.map(cut) ?? []
    );
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFKC')
    .toLowerCase();
  return (plain.match(RUNS) ?? []).flatMap((run) => (IS_UNSPACED.test(run) ? pairs([...run]) : [cut(run)]));
}

/** The words of a name: `writeFile` and `write_file` are two. */
export function nameTermsOf(name) {
  return termsOf(name.replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, '$1 '));
}

/** A name without its signs, as people type it: `writefile`. */
export function joined(terms) {
  return cut(terms.join(''));
}

function cut(term) {
  if (term.length <= TERM_CHARS) return term;
  // No half of a pair is left: as bytes it would be another word.
  return term.slice(0, TERM_CHARS).replace(/[\ud800-\udbff]$/, '');
}

function pairs(characters) {
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, i) => characters[i] + character);
}

/**
 * What the forms of a word have in common: `delete`, `deletes`, `deleted`, `deleting` and `deletion` are one. Endings of
 * English are taken off until a word of three letters is left; two words with one stem may still differ in meaning.
 */
export function stemOf(term) {
  if (term.length < 4 || !/^[a-z]+$/.test(term)) return term;
  let stem = term;
  if (/(?:ss|x|z|ch|sh)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (/[^aeiou]ies$/.test(stem)) stem = `${stem.slice(0, -3)}y`;
  else if (/[^sui]s$/.test(stem)) stem = stem.slice(0, -1);
  const ending = /^(.{3,})(?:ing|ed|(?<=[st])ion)$/.exec(stem);
  if (ending !== null && /[aeiouy]/.test(ending[1])) stem = ending[1].replace(/([^aeiouls])\1$/, '$1');
  return stem.length > 3 ? stem.replace(/e$/, '') : stem;
}

/**
 * Where a term stands in the index: below the prefixes of its key. Words of Latin letters and digits are their own key;
 * others are spread by a hash, since thousands of first characters would be thousands of files.
 */
export function keyOf(term) {
  if (/^[a-z0-9]+$/.test(term)) return term;
  let sum = 0;
  for (let i = 0; i < term.length; i++) sum = (sum * 31 + term.charCodeAt(i)) % 256;
  return `~${sum.toString(16).padStart(2, '0')}${term}`;
}

/** The file of a prefix or of a value of a facet, without folder: what every file system and server keeps as it is. */
export function fileOf(prefix) {
  const safe = prefix.replace(/[^a-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `p${safe}.bin`;
}
