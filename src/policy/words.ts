/** Splits an identifier into lower-case words: `sourceFile_path2` gives `source`, `file`, `path`, `2`. */
export function wordsOf(identifier: string): readonly string[] {
  if (LOWER.test(identifier)) return identifier.split('_');
  if (LETTERS.test(identifier)) return identifier.match(HUMPS)?.map((word) => word.toLowerCase()) ?? [];
  return identifier
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replaceAll(/(\p{L})(\p{N})|(\p{N})(?=\p{L})/gu, '$1$3 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** The most common forms of a name, which need no closer look: `max_results`, `page_2`, … */
const LOWER = /^(?:[a-z]+|[0-9]+)(?:_(?:[a-z]+|[0-9]+))*$/;
/** … and `maxResults`, `max-results`, `HTTPUrl`. */
const LETTERS = /^[A-Za-z_-]+$/;
const HUMPS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

/** Whether the words of an identifier, as `wordsOf` gives them, end with one of some phrases. */
export function endsWithPhrase(words: readonly string[], phrases: readonly (readonly string[])[]): boolean {
  return phrases.some((phrase) => endsWith(words, phrase));
}

function endsWith(words: readonly string[], phrase: readonly string[]): boolean {
  // From the end: most names differ there.
  for (let back = 1; back <= phrase.length; back += 1) {
    if (words[words.length - back] !== phrase[phrase.length - back]) return false;
  }
  return true;
}

/** Whether some words hold one of some phrases, all of it. */
export function hasPhrase(words: readonly string[], phrases: readonly (readonly string[])[]): boolean {
  return phrases.some((phrase) => words.some((_, at) => phrase.every((word, more) => words[at + more] === word)));
}

/** Signs of a text in which its first words stand; what follows is not even split. */
const SIGNS_PER_WORD = 24;

/** The first words of a text, in lower case. */
export function firstWords(text: string, most: number): readonly string[] {
  return text
    .slice(0, most * SIGNS_PER_WORD)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, most);
}
