import type { ThreatRule } from '../model/threat.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Threat } from '../model/verdict.ts';
import type { ThreatRules } from './threats-rules.ts';
import { endsSentence } from './threats-words.ts';
import { skeleton } from './unicode-fold.ts';

/** One tool of the catalogue. */
export interface CatalogueTool {
  readonly server: string;
  readonly definition: ToolDefinition;
}

/** A threat that shows only beside another tool. It is no part of a verdict, which depends on one definition alone. */
export interface CatalogueFinding extends Threat {
  readonly server: string;
  readonly tool: string;
  /** The tool that is imitated or steered. */
  readonly other: { readonly server: string; readonly tool: string };
}

/** What rules about neighbours find among all tools, sorted by server, tool, path and place. Linear in the texts. */
export function findCatalogueThreats(tools: readonly CatalogueTool[], rules: ThreatRules): CatalogueFinding[] {
  const found = rules.neighbours.flatMap(({ rule, look }) =>
    look.check === 'same-looking-name' ? sameLooking(tools, rule) : namesOther(tools, rule, new Set(look.words)),
  );
  return found.sort((a, b) => compare(keyOf(a), keyOf(b)) || a.start - b.start);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const keyOf = (finding: CatalogueFinding) => `${finding.server}\n${finding.tool}\n${finding.path}\n${finding.rule}`;

const ASCII = /^[\0-\x7f]*$/u;

/** Names with a character beyond ASCII that look like the name of another tool. */
function sameLooking(tools: readonly CatalogueTool[], rule: ThreatRule): readonly CatalogueFinding[] {
  const plain = new Map<string, CatalogueTool>();
  for (const tool of tools) {
    const { name } = tool.definition;
    if (!ASCII.test(name)) continue;
    const known = plain.get(name.toLowerCase());
    if (known === undefined || compare(tool.server, known.server) < 0) plain.set(name.toLowerCase(), tool);
  }
  return tools.flatMap(({ server, definition: { name } }) => {
    if (ASCII.test(name)) return [];
    const other = plain.get(skeleton(name));
    if (other === undefined) return [];
    return [
      {
        rule: rule.id,
        strength: rule.strength,
        path: '/name',
        start: 0,
        end: name.length,
        text: name,
        server,
        tool: name,
        other: { server: other.server, tool: other.definition.name },
      },
    ];
  });
}

/** Names joined by underscores, dots or capitals: others are words of the language. */
const JOINED = /[A-Za-z0-9][_.-][A-Za-z0-9]|[a-z][A-Z]/u;
const IDENTIFIER = /[A-Za-z0-9]+(?:[_.-][A-Za-z0-9]+)*/gu;
const WORD = /[A-Za-z]+/gu;
/** Longest identifier that is looked up. */
const NAME_CHARS = 128;

/** Descriptions with an order about a tool that the server does not have. */
function namesOther(
  tools: readonly CatalogueTool[],
  rule: ThreatRule,
  words: ReadonlySet<string>,
): readonly CatalogueFinding[] {
  const owners = new Map<string, Set<string>>();
  for (const { server, definition } of tools) {
    if (!JOINED.test(definition.name)) continue;
    const servers = owners.get(definition.name) ?? new Set();
    owners.set(definition.name, servers.add(server));
  }
  return tools.flatMap(({ server, definition }) => {
    const text = definition.description ?? '';
    const found: CatalogueFinding[] = [];
    let looked = 0;
    for (const match of text.matchAll(IDENTIFIER)) {
      const name = match[0];
      if (name.length > NAME_CHARS || !JOINED.test(name)) continue;
      const servers = owners.get(name);
      if (servers === undefined || servers.has(server)) continue;
      looked += 1;
      if (looked > MAX_NAMES) break;
      if (found.some(({ other }) => other.tool === name) || !orders(text, match.index, words)) continue;
      found.push({
        rule: rule.id,
        strength: rule.strength,
        path: '/description',
        start: match.index,
        end: match.index + name.length,
        text: name,
        server,
        tool: definition.name,
        other: { server: [...servers].sort()[0] ?? '', tool: name },
      });
    }
    return found;
  });
}

/** Names of foreign tools that are looked at in one description; the first ones stand for the rest. */
const MAX_NAMES = 64;
/** How far from a name the words of its sentence are read. */
const SENTENCE_CHARS = 300;

function orders(text: string, at: number, words: ReadonlySet<string>): boolean {
  let start = at;
  while (start > 0 && at - start < SENTENCE_CHARS && !endsSentence(text, start - 1, text.charCodeAt(start - 1)))
    start -= 1;
  let end = at;
  while (end < text.length && end - at < SENTENCE_CHARS && !endsSentence(text, end, text.charCodeAt(end))) end += 1;
  for (const match of text.slice(start, end).matchAll(WORD)) {
    if (words.has(match[0].toLowerCase())) return true;
  }
  return false;
}
