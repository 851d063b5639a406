import { hash } from 'node:crypto';
import type { ChangeRecord } from '../model/rows.ts';
import type { ToolDefinition } from '../model/tool.ts';
import { SiteInputError } from './input.ts';
import { makeRelated } from './related.ts';
import type { GoneTool } from './render.ts';
import { countBySeverity, type ServerState, type ToolPrints } from './state.ts';
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
  /** Ascending by name. */
  readonly tools: readonly KnownTool[];
  readonly changes: readonly ChangeRecord[];
  readonly stamp: string;
  /** The state at the last build. */
  readonly before: ServerState | undefined;
  /** Tokens of a definition; the second value is its input schema as JSON. */
  tokensOf(definition: ToolDefinition, schema: string | undefined): number;
}

/** What the pages of a server are made of, as fingerprints. Throws `SiteInputError` where two tools want one address. */
export function stateOf(input: StateInput): ServerState {
  const { generation, server, tools, changes, stamp } = input;
  const own = tools.map((tool) => factsOf(tool, input));
  const rows = own.map(({ row }) => row);
  const slugs = slugsOf(rows, server.id);
  const pages = pagePrints(input, own);
  const { id, name, sources } = server;
  const policyPrint = print(generation + JSON.stringify([id, name]) + own.map(({ judged }) => judged).join(''));
  // Tokens and changes stand in places of their own.
  const frame = print(generation + JSON.stringify([server, rows.map((row) => ({ ...row, tokens: 0 }))]) + policyPrint);
  const whole = print(frame + JSON.stringify([changes, rows.map(({ tokens }) => tokens)]));
  const prints = own.map(({ body, judged }, i): ToolPrints => {
    return { page: pages.prints[i] ?? '', stamp: tools[i]?.stamp ?? '', body, judged };
  });
  return {
    ...{ id, slug: server.slug, name, print: whole, frame, policyPrint, stamp, shared: pages.shared },
    content: print(pages.prints.join('') + whole),
    addresses: print([...slugs].join('/')),
    bySeverity: countBySeverity(rows),
    tokens: rows.reduce((sum, row) => sum + row.tokens, 0),
    sources,
    outcomes: server.manifests.map(({ outcome }) => outcome),
    rows,
    prints,
    gone: goneTools(changes, slugs).map(({ name: gone, slug: toolSlug, at }) => [gone, toolSlug, at]),
  };
}

interface Facts {
  readonly row: ToolRow;
  readonly body: string;
  readonly judged: string;
}

/** What is shown of a tool wherever it is shown, from its rows or from the record. */
function factsOf(tool: KnownTool, { server, tokensOf }: StateInput): Facts {
  const { name, view, old } = tool;
  if (view === undefined) {
    if (old !== undefined) return { row: old.row, body: old.prints.body, judged: old.prints.judged };
    throw new SiteInputError(
      `the tool ${JSON.stringify(name)} of ${JSON.stringify(server.id)} has a stamp and no rows`,
    );
  }
  tool.text = JSON.stringify(view);
  const body = print(tool.text);
  // Schemas are the larger part of definitions.
  const schema: string | undefined = JSON.stringify(view.definition.inputSchema);
  const tokens = old !== undefined && old.prints.body === body ? old.row.tokens : tokensOf(view.definition, schema);
  return { row: toolRow(view, slug(name), tokens), body, judged: print(`${JSON.stringify(judgedOf(view))}${schema}`) };
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

/** Fingerprints of the tools' pages, and of all that they show besides their own tool. */
function pagePrints({ generation, server, tools, changes, before }: StateInput, own: readonly Facts[]) {
  // What a tool's page shows of its server; a failed visit must not change the pages of the tools.
  const { manifests: _, description: __, sources: ___, instructions, ...shown } = server;
  const told = strengthOf(instructions?.threats ?? []);
  const facts = print(generation + JSON.stringify(shown) + own.length + told);
  const rows = own.map(({ row }) => row);
  const lines = new Map(rows.map((row) => [row, JSON.stringify([row.name, row.category, row.severity])]));
  const relating = rows.map((row) => `${lines.get(row)}${row.capabilities.join()}`);
  const shared = print(facts + relating.join());
  const isShared = before?.shared === shared;
  let relatedTo: ReturnType<typeof makeRelated> | undefined;
  const changesBy = new Map<string, ChangeRecord[]>();
  for (const change of changes) {
    if (change.tool !== undefined) changesBy.set(change.tool, [...(changesBy.get(change.tool) ?? []), change]);
  }
  const prints = own.map(({ row, body }, i) => {
    const tool = tools[i];
    if (isShared && tool?.view === undefined && tool?.old !== undefined) return tool.old.prints.page;
    relatedTo ??= makeRelated(rows);
    const related = relatedTo(row).map((one) => lines.get(one));
    const own = changesBy.get(row.name);
    return print(`${facts}${body}${related.join()}${own === undefined ? '' : JSON.stringify(own)}`);
  });
  return { shared, prints };
}

/** What the policies of a server are made of besides the input schemas: no description and no hash, so that most changes leave them as they are. */
function judgedOf({ definition, verdict, schemaComplete }: ToolView) {
  const { category, severity, confidence, capabilities, findings, moves, operations, threats } = verdict;
  const rules = findings.filter((finding) => finding.discounted === undefined).map(({ rule }) => rule);
  return [
    [definition.name, schemaComplete, category, severity, confidence, capabilities, operations],
    [new Set(rules), moves.map(({ rule }) => rule), threats.map(({ rule, strength }) => [rule, strength])].map(
      (one) => [...one],
    ),
  ];
}

/** Tools whose last change was that they went, and that did not come back. */
function goneTools(changes: readonly ChangeRecord[], current: ReadonlySet<string>): readonly GoneTool[] {
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
