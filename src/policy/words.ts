/** Splits an identifier into lower-case words: `sourceFile_path2` gives `source`, `file`, `path`, `2`. */
export function wordsOf(identifier: string): readonly string[] {
  return identifier
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replaceAll(/(\p{L})(\p{N})|(\p{N})(?=\p{L})/gu, '$1$3 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** Whether the words of an identifier end with one of some phrases. */
export function endsWithPhrase(identifier: string, phrases: readonly (readonly string[])[]): boolean {
  const words = wordsOf(identifier);
  return phrases.some((phrase) => phrase.every((word, index) => words[words.length - phrase.length + index] === word));
}
