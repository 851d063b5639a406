import { hash } from 'node:crypto';
import type { PolicyTable } from '../model/policy-table.ts';
import type { ChangeRecord } from '../model/rows.ts';
import { descriptionRead } from '../policy/recognise.ts';
import { SiteInputError } from './input.ts';
import { makeRelated } from './related.ts';
import type { GoneTool } from './render.ts';
import { countBySeverity, type ServerState, type ToolPrints } from './state.ts';
import type { TokenCounter } from './tokens.ts';
import { slug } from './urls.ts';
import { type ServerView, strengthOf, type ToolRow, type ToolView, toolRow } from './view.ts';

/** 96 bits: pages of one build are compared with the same page of the last, not with each other. */
const PRINT_CHARS = 16;

/** A fingerprint. */
export function print(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, PRINT_CHARS);
}

/** A tool of a server as the build knows it: as it was read, or as the last build recorded it. */
export interface KnownTool {
  readonly name: string;
  /** Undefined where its stamp says that it is as it was. */
  view: ToolView | undefined;
  /** The view as JSON, once it was needed. */
  text?: string;
  readonly stamp: string;
  /** What the last build recorded of it. */
  readonly old: { readonly row: ToolRow; readonly prints: ToolPrints } | undefined;
}

/** What the state of one server is made of. */
export interface StateInput {
  readonly generation: string;
  readonly server: ServerView;
  /** A fingerprint of the server's own facts. */
  readonly own: string;
  /** Ascending by name. */
  readonly tools: readonly KnownTool[];
  readonly changes: readonly ChangeRecord[];
  readonly stamp: string;
  /** The state at the last build. */
  readonly before: ServerState | undefined;
  readonly tokens: TokenCounter;
  readonly policyTable: PolicyTable;
}

/** Longest stamp that is kept as it is. */
const PLAIN_STAMP = 64;

/** What is kept of the stamp of a server's rows; empty where the input gives none. */
export function stampText(rows: string | undefined): string {
  if (rows === undefined) return '';
  return rows.length > PLAIN_STAMP ? print(rows) : `=${rows}`;
}

/** What the pages of a server are made of, as fingerprints. Throws `SiteInputError` where two tools want one address. */
export function stateOf(input: StateInput): ServerState {
  const { server, own, tools, changes, stamp, before } = input;
  const known = tools.map((tool) => factsOf(tool, input));
  const rows = known.map(({ row }) => row);
  // Most often words changed that are shown on the page of their tool alone.
  const lineOf = makeLines();
  const frame = before !== undefined && isAlike(before, own, known) ? before : frameOf(input, known, lineOf);
  const pages = pagePrints(input, known, frame, lineOf);
  const { id, name, sources } = server;
  const { facts, relating, policyPrint, addresses, bySeverity } = frame;
  const whole = print(frame.frame + JSON.stringify([changes, rows.map(({ tokens }) => tokens)]));
  const prints = known.map(({ body, judged, schemaTokens }, i): ToolPrints => {
    return { page: pages[i] ?? '', stamp: tools[i]?.stamp ?? '', body, judged, schemaTokens };
  });
  return {
    ...{ id, slug: server.slug, name, print: whole, frame: frame.frame, policyPrint, stamp, own, facts, relating },
    content: print(pages.join('') + whole),
    ...{ addresses, bySeverity },
    tokens: rows.reduce((sum, row) => sum + row.tokens, 0),
    sources,
    rows,
    prints,
    gone: goneTools(changes, rows).map(({ name: gone, slug: toolSlug, at }) => [gone, toolSlug, at]),
  };
}

/** The part of a state that tokens, and words of definitions, are no part of. */
type Frame = Pick<ServerState, 'facts' | 'relating' | 'policyPrint' | 'frame' | 'addresses' | 'bySeverity'>;

/** Whether that part is the same as at the last build. */
function isAlike(before: ServerState, own: string, known: readonly Facts[]): boolean {
  if (before.own !== own || before.rows.length !== known.length) return false;
  return known.every(({ row, judged }, i) => {
    const old = before.rows[i];
    if (old === undefined || old === row) return old === row;
    return judged === before.prints[i]?.judged && SHOWN.every((field) => String(old[field]) === String(row[field]));
  });
}

/** All that a row shows but the tokens; lists are of ids, in which no comma stands. */
const SHOWN_FIELDS: Readonly<Record<Exclude<keyof ToolRow, 'tokens'>, true>> = {
  ...{ name: true, slug: true, category: true, severity: true, confidence: true },
  ...{ capabilities: true, rules: true, threats: true, firstSeen: true, method: true, schemaComplete: true },
};
const SHOWN = Object.keys(SHOWN_FIELDS) as readonly (keyof typeof SHOWN_FIELDS)[];

function frameOf({ generation, server }: StateInput, known: readonly Facts[], lineOf: LineOf): Frame {
  const rows = known.map(({ row }) => row);
  const slugs = slugsOf(rows, server.id);
  // What a tool's page shows of its server; a failed visit must not change the pages of the tools.
  const { manifests: _, description: __, sources: ___, instructions, ...shown } = server;
  const told = strengthOf(instructions?.threats ?? []);
  const { id, name } = server;
  const policyPrint = print(generation + JSON.stringify([id, name]) + known.map(({ judged }) => judged).join(''));
  return {
    facts: print(generation + JSON.stringify(shown) + rows.length + told),
    relating: print(rows.map((row) => `${lineOf(row)}${row.capabilities.join()}`).join()),
    policyPrint,
    // Tokens and changes stand in places of their own.
    frame: print(generation + JSON.stringify([server, rows.map((row) => ({ ...row, tokens: 0 }))]) + policyPrint),
    addresses: print([...slugs].join('/')),
    bySeverity: countBySeverity(rows),
  };
}

interface Facts {
  readonly row: ToolRow;
  readonly body: string;
  readonly judged: string;
  readonly schemaTokens: number;
}

/** What is shown of a tool wherever it is shown, from its rows or from the record. */
function factsOf(tool: KnownTool, { server, tokens: counter, policyTable }: StateInput): Facts {
  const { name, view, old } = tool;
  if (view === undefined) {
    if (old !== undefined) return { row: old.row, ...old.prints };
    throw new SiteInputError(
      `the tool ${JSON.stringify(name)} of ${JSON.stringify(server.id)} has a stamp and no rows`,
    );
  }
  tool.text = JSON.stringify(view);
  const body = print(tool.text);
  // Schemas are the larger part of definitions.
  const schema: string | undefined = JSON.stringify(view.definition.inputSchema);
  const judged = print(`${JSON.stringify(judgedOf(view, policyTable))}${schema}`);
  const prints = old?.prints;
  const schemaTokens = prints?.judged === judged ? prints.schemaTokens : counter.schema(schema);
  const tokens =
    old?.prints.body === body ? old.row.tokens : schemaTokens + counter.head(view.definition, schema !== undefined);
  return { row: toolRow(view, slug(name), tokens), body, judged, schemaTokens };
}

function slugsOf(rows: readonly ToolRow[], id: string): ReadonlySet<string> {
  const slugs = new Set<string>();
  for (const row of rows) {
    if (slugs.has(row.slug))
      throw new SiteInputError(`two tools of ${JSON.stringify(id)} want the address ${row.slug}`);
    slugs.add(row.slug);
  }
  return slugs;
}

/** Fingerprints of the tools' pages. */
function pagePrints(
  { tools, changes, before }: StateInput,
  known: readonly Facts[],
  frame: Frame,
  lineOf: LineOf,
): readonly string[] {
  const isShared = before?.facts === frame.facts && before.relating === frame.relating;
  let relatedTo: ReturnType<typeof makeRelated> | undefined;
  const changesBy = new Map<string, ChangeRecord[]>();
  for (const change of changes) {
    if (change.tool !== undefined) changesBy.set(change.tool, [...(changesBy.get(change.tool) ?? []), change]);
  }
  return known.map(({ row, body }, i) => {
    const tool = tools[i];
    if (isShared && tool?.view === undefined && tool?.old !== undefined) return tool.old.prints.page;
    relatedTo ??= makeRelated(known.map((one) => one.row));
    const related = relatedTo(row).map(lineOf);
    const own = changesBy.get(row.name);
    return print(`${frame.facts}${body}${related.join()}${own === undefined ? '' : JSON.stringify(own)}`);
  });
}

/** What other pages say of a tool, as a text. */
type LineOf = (row: ToolRow) => string;

/** Each line is made when it is first needed: on the pages of a whole server a tool is named several times. */
function makeLines(): LineOf {
  const lines = new Map<ToolRow, string>();
  return (row) => {
    const known = lines.get(row);
    if (known !== undefined) return known;
    const line = JSON.stringify([row.name, row.category, row.severity]);
    lines.set(row, line);
    return line;
  };
}

/**
 * What the policies of a server are made of besides the input schemas: no hash, and of most tools no description, so that
 * most changes leave them as they are.
 */
function judgedOf({ definition, verdict, schemaComplete }: ToolView, policyTable: PolicyTable) {
  const { category, severity, confidence, capabilities, findings, moves, operations, threats } = verdict;
  const rules = findings.filter((finding) => finding.discounted === undefined).map(({ rule }) => rule);
  return [
    [definition.name, schemaComplete, category, severity, confidence, capabilities, operations],
    descriptionRead(definition, policyTable),
    [new Set(rules), moves.map(({ rule }) => rule), threats.map(({ rule, strength }) => [rule, strength])].map(
      (one) => [...one],
    ),
  ];
}

/** Tools whose last change was that they went, and that did not come back. */
function goneTools(changes: readonly ChangeRecord[], rows: readonly ToolRow[]): readonly GoneTool[] {
  if (!changes.some(({ what }) => what === 'removed')) return [];
  const current = new Set(rows.map((row) => row.slug));
  const seen = new Set<string>();
  const gone: GoneTool[] = [];
  for (const change of changes) {
    if (change.tool === undefined || seen.has(change.tool)) continue;
    seen.add(change.tool);
    const toolSlug = slug(change.tool);
    if (change.what === 'removed' && !current.has(toolSlug))
      gone.push({ name: change.tool, slug: toolSlug, at: change.at });
  }
  return gone;
}
