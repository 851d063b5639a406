/** Splits an identifier into lower-case words: `sourceFile_path2` gives `source`, `file`, `path`, `2`. */
export function wordsOf(identifier: string): readonly string[] {
  if (SIMPLE.test(identifier)) return identifier.split('_');
  return identifier
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replaceAll(/(\p{L})(\p{N})|(\p{N})(?=\p{L})/gu, '$1$3 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** The most common form of a name, which needs no closer look. */
const SIMPLE = /^[a-z]+(?:_[a-z]+)*$/;

/** Whether the words of an identifier, as `wordsOf` gives them, end with one of some phrases. */
export function endsWithPhrase(words: readonly string[], phrases: readonly (readonly string[])[]): boolean {
  return phrases.some((phrase) => phrase.every((word, index) => words[words.length - phrase.length + index] === word));
}
