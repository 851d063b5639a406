import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ToolDefinition } from '../model/tool.ts';
import { openTokenTable, type TokenFiles } from './token-table.ts';

/** The tokenizer behind the figures, for the pages that explain them. */
export const TOKENIZER = 'o200k_base';

/** Where the build of the program puts the tables of the tokenizer's ranks. */
export const TOKEN_TABLES: Readonly<Record<keyof TokenFiles, URL>> = {
  ascii: new URL('./assets/tokens/o200k_base.ascii.bin', import.meta.url),
  others: new URL('./assets/tokens/o200k_base.others.bin', import.meta.url),
};

/**
 * Counts the tokens of a tool definition as a model is sent it: JSON with name, description and parameters. Clients wrap
 * it in different words, so this is the part that every one of them pays for. What stands before the parameters is
 * counted apart from them, since the one mostly changes without the other. The sum is that of the whole text: the
 * pattern that splits it ends a piece behind `","`, before the letters of `parameters`, whatever stands around them.
 */
export interface TokenCounter {
  /** Tokens of the name and the description; the second value is whether parameters follow. */
  head(definition: ToolDefinition, hasSchema: boolean): number;
  /** Tokens of the input schema, given as JSON, and of the end; none without one. */
  schema(text: string | undefined): number;
}

export function makeTokenCounter(): TokenCounter {
  let countTokens: ((text: string) => number) | undefined;
  // When it is first needed: a build in which no definition is new counts nothing.
  const count = (text: string) => {
    countTokens ??= openCounter();
    return countTokens(text);
  };
  return {
    head({ name, description }, hasSchema) {
      const head = JSON.stringify({ name, description });
      return count(hasSchema ? `${head.slice(0, -1)},"` : head);
    },
    // Joined, so that it is one piece: it is read character by character.
    schema: (text) => (text === undefined ? 0 : count(['parameters":', text, '}'].join(''))),
  };
}

/** From the tables; the program as it is written, before it was built, asks the library. */
function openCounter(): (text: string) => number {
  const { ascii, others } = TOKEN_TABLES;
  return existsSync(ascii) ? openTokenTable(readFileSync(ascii), () => readFileSync(others)).count : openTokenizer();
}

/** The library itself: to load it takes as long as some thousand pages. */
export function openTokenizer(): (text: string) => number {
  const library: typeof import('gpt-tokenizer/encoding/o200k_base') = createRequire(import.meta.url)(
    'gpt-tokenizer/encoding/o200k_base',
  );
  library.setMergeCacheSize(REMEMBERED);
  return (text) => library.countTokens(text, PLAIN);
}

/** Pieces of words that the tokenizer remembers; its own bound takes over 100 MB. */
const REMEMBERED = 20_000;

/** Crawled text may spell out a model's control tokens; they are counted as the characters they are. */
const PLAIN = { disallowedSpecial: new Set<string>() };
