import { countTokens, setMergeCacheSize } from 'gpt-tokenizer/encoding/o200k_base';
import type { ToolDefinition } from '../model/tool.ts';

/** The tokenizer behind the figures, for the pages that explain them. */
export const TOKENIZER = 'o200k_base';

/**
 * Tokens of one tool definition as a model is sent it: JSON with name, description and parameters. Clients wrap it in
 * different words, so this is the part that every one of them pays for.
 */
export function tokensOf(definition: ToolDefinition): number {
  const { name, description, inputSchema } = definition;
  return countTokens(JSON.stringify({ name, description, parameters: inputSchema }), PLAIN);
}

/** Pieces of words that the tokenizer remembers; its own bound takes over 100 MB. */
const REMEMBERED = 20_000;
setMergeCacheSize(REMEMBERED);

/** Crawled text may spell out a model's control tokens; they are counted as the characters they are. */
const PLAIN = { disallowedSpecial: new Set<string>() };
