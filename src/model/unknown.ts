import type { ToolDefinition } from './tool.ts';

/** Why a tool is of unknown category, in one sentence: what the rules do not know may be said all the same. */
export function whyUnknown({ description }: Pick<ToolDefinition, 'description'>): string {
  return description === undefined || description.trim() === ''
    ? 'It has no description, and our rules know no word of the rest that says what it does.'
    : 'Our rules know no word of its definition that says what it does.';
}
