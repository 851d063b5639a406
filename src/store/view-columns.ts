import type { Column } from './describe.ts';

export const text = (name: string, meaning: string, unit?: string): Column => ({
  name,
  type: 'TEXT',
  text: meaning,
  ...(unit === undefined ? {} : { unit }),
});
export const number = (name: string, meaning: string, unit?: string): Column => ({
  ...text(name, meaning, unit),
  type: 'INTEGER',
});
/** A JSON array, which an export as JSON Lines gives as one. */
export const list = (name: string, meaning: string): Column => ({
  ...text(name, meaning, 'array of strings, sorted'),
  type: 'JSON',
});
export const instant = (name: string, meaning: string): Column => number(name, meaning, 'epoch milliseconds');

export const SERVER_ID = text('server_id', 'Canonical id of the server');
export const SERVER_NAME = text('server_name', 'Name of the server');
export const TOOL_NAME = text('tool_name', 'Name of the tool');
export const CATEGORY = text(
  'category',
  'What a call does: Financial, Destructive, Execute, Communication, Write, Read or Unknown',
);
export const SEVERITY = text('severity', 'Impact of a call: low, medium, high or critical');
export const SEVERITY_RANK = number('severity_rank', 'The severity as a number', '0 (low) to 3 (critical)');

export const SPAN = [
  number('span_start', 'Start of the span in the raw string', 'UTF-16 offset'),
  number('span_end', 'End of the span, exclusive', 'UTF-16 offset'),
  text('text', 'The text of the span'),
];
export const SIGN_OF_ATTACK = [
  SERVER_ID,
  TOOL_NAME,
  text('rule', 'Threat rule'),
  text('strength', 'strong, or weak where honest servers do it too'),
  text('path', 'Field of the definition', 'JSON Pointer'),
  ...SPAN,
];
