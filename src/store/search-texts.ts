import type { ToolDefinition } from '../model/tool.ts';

/** What the full-text index takes of a definition. */
export interface SearchTexts {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

export function searchTexts(definition: ToolDefinition): SearchTexts {
  return {
    name: withWords(definition.name),
    title: definition.title ?? definition.annotations?.title ?? '',
    description: definition.description ?? '',
  };
}

/** A name as it stands, and the words inside it: `createIssue create Issue`. */
export function withWords(name: string): string {
  const words = splitCamel(name);
  return words === name ? name : `${name} ${words}`;
}

/** Names without a capital have no camel case to split; most have none. */
const HAS_CAPITAL = /\p{Lu}/u;

export function splitCamel(name: string): string {
  if (!HAS_CAPITAL.test(name)) return name;
  return name.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');
}
