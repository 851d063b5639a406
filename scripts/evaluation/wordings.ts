/**
 * Ways to say the same of a tool: its verdict must not depend on which of them its author chose. Each takes a
 * definition and gives the same tool in other words, or undefined where that cannot be said so.
 */
import type { Json, JsonObject, ToolDefinition } from '../../src/model/tool.ts';

export interface Wording {
  readonly title: string;
  readonly say: (tool: ToolDefinition) => ToolDefinition | undefined;
}

/** Verbs in the base form, of sentences that are put in other words. */
const VERBS =
  'get list create update delete remove add send search fetch retrieve read write set run execute find query generate start stop cancel upload download move copy rename check validate analyze export import publish open close show insert modify edit save load submit approve reject assign archive restore convert calculate compare extract transfer deploy install build scan monitor schedule invite grant revoke describe track count merge clone initialize register purge clear reset drop terminate pause resume restart pay'.split(
    ' ',
  );
const DOUBLED = new Set(['get', 'set', 'run', 'stop', 'drop', 'reset', 'submit', 'scan', 'cancel']);

/** The third person of a verb, and its gerund. */
export function thirdOf(verb: string): string {
  if (/(?:s|x|z|ch|sh|o)$/u.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/u.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

export function gerundOf(verb: string): string {
  if (DOUBLED.has(verb)) return `${verb}${verb.at(-1)}ing`;
  return verb.endsWith('e') ? `${verb.slice(0, -1)}ing` : `${verb}ing`;
}

const BASES = new Map(VERBS.flatMap((verb) => [verb, thirdOf(verb)].map((form) => [form, verb])));

/** `Creates a ticket.` is `create` and ` a ticket.`; none where what follows has another verb that would have to follow too. */
function sentence(text: string): { readonly verb: string; readonly rest: string } | undefined {
  const word = /^[A-Z][a-z]+(?= [a-z])/u.exec(text)?.[0] ?? '';
  const verb = BASES.get(word.toLowerCase());
  const rest = text.slice(word.length);
  if (verb === undefined || /\b(?:and|or|then)\b|,/u.test(/^[^.\n]*/u.exec(rest)?.[0] ?? '')) return undefined;
  return { verb, rest };
}

const described = (title: string, say: (text: string) => string | undefined): Wording => ({
  title,
  say(tool) {
    const { description } = tool;
    if (description === undefined || description === '') return undefined;
    const other = say(description);
    return other === undefined || other === description ? undefined : { ...tool, description: other };
  },
});

const framed = (frame: string, form: (verb: string) => string): Wording =>
  described(`${frame} …`, (text) => {
    const said = sentence(text);
    return said === undefined ? undefined : `${frame} ${form(said.verb)}${said.rest}`;
  });

const TO = `Enables users to|Enables AI assistants to|Enables Claude to|Lets you|Lets agents|Allows users to|Allows AI agents to|Gives you the ability to
Provides a way to|Makes it possible to|Call this to|Call this tool to|Invoke this tool to|Execute this tool to|Run this tool to|Use this tool to|Use this when you want to
Useful when you need to|When the user wants to|An MCP tool to|API endpoint to|Convenience method to|Attempts to|You can|This tool can|This tool is used to|This tool is designed to
This function will|Designed to|Intended to|Request to|Quickly|Safely|Automatically|Please|Calls the Acme API to|Connects to Acme to|Interacts with the Acme API to
Sends a request to|Makes an API call to|Makes a request to the Acme API to|Helps users`;
const GERUND =
  'Useful for|Used for|Tool for|Handles|Supports|Endpoint for|Responsible for|Facilitates|Enables|Helps with|Provides support for';
const THIRD =
  'This tool|This function|An MCP tool that|A simple helper that|Function which|The tool|It|A wrapper that|This MCP tool';
const TAILS = `See the documentation for details.|For more information, visit https://acme.example.|Read more: https://acme.example/docs|Check the documentation for details.
Learn more at https://acme.example/docs|Returns JSON.|Requires an API key.|Raises an error if it fails.|Throws if not found.|Rate limit: 100 requests per minute.|Works with all plans.
Get an API key at https://acme.example|Sign up at https://acme.example to get a key.|Contact support@acme.example for help.|API reference: GET /v1/things|Powered by Acme.|Supports pagination.
No side effects on other accounts.|No other data is modified.|Nothing is written to the log.|Never modifies the schema.|Returns unsigned integers.|Simulates the behaviour of the web client.
Does not send a notification.|Does not create duplicates.|See the step by step guide at https://acme.example.|If nothing matches, no changes are made.|The result is read-only.`;
const HEADS = `Beta.|Admin only.|Requires OAuth.|Use with care.|Deprecated: use the v2 tool instead.|Important: call list_users first.|Scope: read:user.|Read-only users cannot call this.|Use this tool when the user asks for it.`;
const listed = (text: string) => text.split(/[|\n]/u);

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
const wordsOf = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/gu, '$1_$2')
    .split(/[_-]/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());

const named = (title: string, say: (words: readonly string[], name: string) => string): Wording => ({
  title,
  say(tool) {
    if (!/^[A-Za-z0-9_-]+$/u.test(tool.name)) return undefined;
    const words = wordsOf(tool.name);
    const name = say(words, tool.name);
    return words.length === 0 || name === tool.name ? undefined : { ...tool, name };
  },
});

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shaped = (title: string, say: (properties: JsonObject, schema: JsonObject) => JsonObject): Wording => ({
  title,
  say(tool) {
    const { inputSchema } = tool;
    if (!isObject(inputSchema) || !isObject(inputSchema.properties)) return undefined;
    return { ...tool, inputSchema: say(inputSchema.properties, inputSchema) };
  },
});

export const WORDINGS: readonly Wording[] = [
  ...listed(TO).map((frame) => framed(frame, (verb) => verb)),
  ...listed(GERUND).map((frame) => framed(frame, gerundOf)),
  ...listed(THIRD).map((frame) => framed(frame, thirdOf)),
  ...listed(TAILS).map((tail) => described(`… ${tail}`, (text) => `${text}\n\n${tail}`)),
  ...listed(HEADS).map((head) => described(`${head} …`, (text) => `${head} ${text}`)),
  described('in the imperative', (text) => {
    const said = sentence(text);
    return said === undefined ? undefined : capital(said.verb) + said.rest;
  }),
  described('in the third person', (text) => {
    const said = sentence(text);
    return said === undefined ? undefined : capital(thirdOf(said.verb)) + said.rest;
  }),
  described('as a docstring', (text) => `\n    ${text.replaceAll('\n', '\n    ')}\n    `),
  described('wrapped', (text) => text.replace(/([^\n]{50,80}) /gu, '$1\n')),
  described('with other line ends', (text) => text.replace(/\r?\n/gu, '\r\n')),
  described('without its full stop', (text) => text.replace(/\.\s*$/u, '')),
  described('behind a label', (text) => `[Acme] ${text}`),
  described('behind a picture', (text) => `🔍 ${text}`),
  described('in bold', (text) => text.replace(/^[^.\n*]+/u, '**$&**')),
  described('in a paragraph', (text) => `<p>${text}</p>`),
  named('snake_case', (words) => words.join('_')),
  named('kebab-case', (words) => words.join('-')),
  named('camelCase', ([first = '', ...more]) => first + more.map(capital).join('')),
  named('PascalCase', (words) => words.map(capital).join('')),
  named('acme_ before the name', (_, name) => `acme_${name}`),
  named('acme. before the name', (_, name) => `acme.${name}`),
  named('_tool behind the name', (_, name) => `${name}_tool`),
  shaped('parameters in another order', (properties, schema) => ({
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).reverse()),
  })),
  shaped('parameters with titles', (properties, schema) => ({
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        isObject(value) ? { title: wordsOf(name).map(capital).join(' '), ...value } : value,
      ]),
    ),
  })),
];
