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

/** The name of one tool of the catalogue. */
export interface CatalogueName {
  readonly server: string;
  readonly tool: string;
}

/** Every tool's name, and whether a server has a tool of that name. `all` is walked through twice. */
export interface CatalogueNames {
  all(): Iterable<CatalogueName>;
  has(server: string, tool: string): boolean;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const keyOf = (finding: CatalogueFinding) => `${finding.server}\n${finding.tool}\n${finding.path}\n${finding.rule}`;
const inOrder = (a: CatalogueFinding, b: CatalogueFinding) => compare(keyOf(a), keyOf(b)) || a.start - b.start;

const ASCII = /^[\0-\x7f]*$/u;

/** What rules about neighbours find among all tools, sorted by server, tool, path and place. Linear in the texts. */
export function findCatalogueThreats(tools: readonly CatalogueTool[], rules: ThreatRules): CatalogueFinding[] {
  const names = tools.map(({ server, definition }) => ({ server, tool: definition.name }));
  const owned = new Set(names.map(({ server, tool }) => `${server}\n${tool}`));
  const neighbours = new Neighbours(
    { all: () => names, has: (server, tool) => owned.has(`${server}\n${tool}`) },
    rules,
  );
  return tools.flatMap((tool) => neighbours.findingsOf(tool)).sort(inOrder);
}

/** Judges tools one by one against the names of all others. Keeps names alone: one per name, not per tool. */
export class Neighbours {
  private readonly rules: ThreatRules;
  private readonly names: CatalogueNames;
  /** Plain names that some name beyond ASCII looks like, in lower case, with the first server that has each. */
  private readonly plain = new Map<string, CatalogueName>();
  /** The first server that has a tool of that name, for names that are no words of the language. */
  private readonly owners = new Map<string, string>();

  constructor(names: CatalogueNames, rules: ThreatRules) {
    this.names = names;
    this.rules = rules;
    const looks = new Set<string>();
    for (const { tool } of names.all()) if (!ASCII.test(tool)) looks.add(skeleton(tool));
    for (const name of names.all()) {
      const { server, tool } = name;
      const small = looks.size > 0 && ASCII.test(tool) ? tool.toLowerCase() : undefined;
      if (small !== undefined && looks.has(small)) {
        const known = this.plain.get(small);
        if (known === undefined || compare(server, known.server) < 0) this.plain.set(small, name);
      }
      if (!JOINED.test(tool)) continue;
      const known = this.owners.get(tool);
      if (known === undefined || compare(server, known) < 0) this.owners.set(tool, server);
    }
  }

  /** The threats of one tool of the catalogue, in order. */
  findingsOf(tool: CatalogueTool): CatalogueFinding[] {
    return this.rules.neighbours
      .flatMap(({ rule, look }) =>
        look.check === 'same-looking-name'
          ? this.sameLooking(tool, rule)
          : this.namesOther(tool, rule, new Set(look.words)),
      )
      .sort(inOrder);
  }

  /** A name with a character beyond ASCII that looks like the name of another tool. */
  private sameLooking({ server, definition: { name } }: CatalogueTool, rule: ThreatRule): readonly CatalogueFinding[] {
    const other = ASCII.test(name) ? undefined : this.plain.get(skeleton(name));
    if (other === undefined) return [];
    return [{ ...spanned(rule, '/name', 0, name), server, tool: name, other }];
  }

  /** A description with an order about a tool that the server does not have. */
  private namesOther(
    { server, definition }: CatalogueTool,
    rule: ThreatRule,
    words: ReadonlySet<string>,
  ): readonly CatalogueFinding[] {
    const text = definition.description ?? '';
    const found: CatalogueFinding[] = [];
    let looked = 0;
    for (const match of text.matchAll(IDENTIFIER)) {
      const name = match[0];
      if (name.length > NAME_CHARS || !JOINED.test(name)) continue;
      const owner = this.owners.get(name);
      if (owner === undefined || owner === server || this.names.has(server, name)) continue;
      looked += 1;
      if (looked > MAX_NAMES) break;
      if (found.some(({ other }) => other.tool === name) || !orders(text, match.index, words)) continue;
      found.push({
        ...spanned(rule, '/description', match.index, name),
        server,
        tool: definition.name,
        other: { server: owner, tool: name },
      });
    }
    return found;
  }
}

function spanned(rule: ThreatRule, path: string, start: number, text: string): Threat {
  return { rule: rule.id, strength: rule.strength, path, start, end: start + text.length, text };
}

/** Names joined by underscores, dots or capitals: others are words of the language. */
const JOINED = /[A-Za-z0-9][_.-][A-Za-z0-9]|[a-z][A-Z]/u;
const IDENTIFIER = /[A-Za-z0-9]+(?:[_.-][A-Za-z0-9]+)*/gu;
const WORD = /[A-Za-z]+/gu;
/** Longest identifier that is looked up. */
const NAME_CHARS = 128;

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
