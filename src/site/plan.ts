import { hash } from 'node:crypto';
import type { ChangeRecord, ServerRecord } from '../model/rows.ts';
import type { NeighbourThreat, SiteInput } from './input.ts';
import { serverPolicyIn } from './pages/server.ts';
import { compareIds, type Publisher } from './publish.ts';
import { makeRelated } from './related.ts';
import { type GoneTool, type KeptPolicy, policyFilesOf, type ServerJob, serverFiles, toolFiles } from './render.ts';
import type { ServerState } from './state.ts';
import { makeTokenCounter } from './tokens.ts';
import { Totals } from './totals.ts';
import { serverSlug, slug, urls } from './urls.ts';
import { type ServerView, serverView, strengthOf, type ToolRow, type ToolView, toolRow, toolView } from './view.ts';

/** The input breaks its own promise; the message says which. */
export class SiteInputError extends Error {
  override readonly name = 'SiteInputError';
}

/** One server: what its pages will be made of, and what has to be rendered for that. */
export interface Step {
  readonly state: ServerState;
  readonly job?: ServerJob;
}

export function print(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, PRINT_CHARS);
}
/** 96 bits: pages of one build are compared with the same page of the last, not with each other. */
const PRINT_CHARS = 16;

/** Every file of a server, for when it goes. */
export function filesOf(server: ServerState): readonly string[] {
  const tools = [...server.rows.map((row) => row.slug), ...server.gone.map(([, toolSlug]) => toolSlug)];
  return [
    ...serverFiles(server.slug),
    ...policyFilesOf(server.slug),
    ...tools.flatMap((tool) => toolFiles(server.slug, tool)),
  ];
}

/** Decides for each server what has to be rendered, and what can stay. */
export class Plan {
  readonly totals = new Totals();
  rendered = 0;
  kept = 0;
  tombstones = 0;
  readonly #input: SiteInput;
  readonly #publisher: Publisher;
  readonly #generation: string;
  readonly #slugs = new Set<string>();
  readonly #tokensOf = makeTokenCounter();
  #last = '';
  #all = '';

  constructor(input: SiteInput, publisher: Publisher, generation: string) {
    this.#input = input;
    this.#publisher = publisher;
    this.#generation = generation;
  }

  /** A fingerprint of everything that the search finds. */
  searchPrint(): string {
    return print(this.#all);
  }

  /** Brings one server up to date; what is left to render comes back as a job. */
  server(record: ServerRecord): Step {
    if (this.#last !== '' && compareIds(this.#last, record.id) >= 0) {
      throw new SiteInputError(
        `servers must ascend by id, and ${JSON.stringify(record.id)} follows ${JSON.stringify(this.#last)}`,
      );
    }
    this.#last = record.id;
    const own = serverSlug(record.id);
    if (this.#slugs.has(own)) throw new SiteInputError(`two servers want the address ${own}`);
    this.#slugs.add(own);
    const before = this.#publisher.before(record.id);
    const there = this.#publisher.there(record.id);
    const step = this.#make(record, own, before, there);
    const { state } = step;
    this.#publisher.record(state);
    this.totals.add(state);
    this.#all = print(this.#all + state.print);
    return step;
  }

  #make(record: ServerRecord, own: string, before: ServerState | undefined, there: ServerState | undefined): Step {
    const read = serverView(record, own, this.#input.advisoriesOf(record));
    const rows = this.#input.stampOf?.(record.id);
    const neighbours = this.#input.neighboursOf?.(record.id) ?? NO_NEIGHBOURS;
    const told = this.#input.instructionsOf?.(record.id);
    const beside = neighbours.size === 0 && told === undefined ? '' : JSON.stringify([[...neighbours], told?.text]);
    const stamp = rows === undefined ? '' : print(rows + JSON.stringify(read) + beside);
    if (stamp !== '' && before?.stamp === stamp) {
      // Lines that are the same say that both trees hold the same.
      if (there?.line === undefined || there.line !== before.line) this.#bring(before, before, there);
      this.kept += before.rows.length;
      this.tombstones += before.gone.length;
      return { state: before };
    }
    const server = told === undefined ? read : { ...read, instructions: { text: told.text, threats: told.threats() } };
    const tools = Array.from(this.#input.toolsOf(record.id), (tool) =>
      toolView(tool, neighbours.get(tool.definition.name)),
    );
    const changes = [...this.#input.changesOf(record.id)];
    const state = this.#stateOf(server, tools, changes, stamp, before);
    const stale = this.#bring(state, before, there);
    this.rendered += stale.tools.length;
    this.kept += tools.length - stale.tools.length;
    this.tombstones += state.gone.length;
    const { tools: wanted, gone, whole, policies } = stale;
    if (wanted.length === 0 && gone.length === 0 && !whole && !policies) return { state };
    const pages = { server, rows: state.rows, changes };
    const kept = whole && !policies && before?.policyPrint === state.policyPrint ? this.#keptPolicy(before) : undefined;
    return { state, job: { pages, tools, wanted, whole, policies, gone, ...(kept === undefined ? {} : { kept }) } };
  }

  /** What the published page of a server says of its policy. */
  #keptPolicy({ slug: own }: ServerState): KeptPolicy | undefined {
    const page = this.#publisher.published(urls.server(own));
    const twin = this.#publisher.published(urls.api(urls.server(own)));
    if (page === undefined || twin === undefined) return undefined;
    const policy = serverPolicyIn(page.toString('latin1'), twin.toString('utf8'));
    return policy === undefined ? undefined : { ...policy, section: policy.section.bytes };
  }

  /** What the pages of a server are made of, as fingerprints. */
  #stateOf(
    server: ServerView,
    tools: readonly ToolView[],
    changes: readonly ChangeRecord[],
    stamp: string,
    before: ServerState | undefined,
  ): ServerState {
    const slugs = new Set<string>();
    const known = new Map(before?.rows.map((row, i) => [row.name, { tokens: row.tokens, print: before.prints[i] }]));
    const bodies = tools.map((tool) => print(JSON.stringify(tool)));
    const drafts = tools.map((tool): ToolRow => {
      const toolSlug = slug(tool.definition.name);
      if (slugs.has(toolSlug))
        throw new SiteInputError(`two tools of ${JSON.stringify(server.id)} want the address ${toolSlug}`);
      slugs.add(toolSlug);
      return toolRow(tool, toolSlug, 0);
    });
    // What a tool's page shows of its server; a failed visit must not change the pages of the tools.
    const { manifests: _, description: __, sources: ___, instructions, ...shown } = server;
    const told = strengthOf(instructions?.threats ?? []);
    const shared = print(this.#generation + JSON.stringify(shown) + drafts.length + told);
    const relatedTo = makeRelated(drafts);
    const changesBy = new Map<string, ChangeRecord[]>();
    for (const change of changes) {
      if (change.tool !== undefined) changesBy.set(change.tool, [...(changesBy.get(change.tool) ?? []), change]);
    }
    const prints = drafts.map((row, i) => {
      const related = relatedTo(row).map((one) => [one.name, one.category, one.severity]);
      return print(`${shared}${bodies[i]}${JSON.stringify([related, changesBy.get(row.name)])}`);
    });
    const rows = drafts.map((row, i): ToolRow => {
      const old = known.get(row.name);
      const tool = tools[i];
      const tokens =
        old !== undefined && old.print === prints[i]
          ? old.tokens
          : tool === undefined
            ? 0
            : this.#tokensOf(tool.definition);
      return { ...row, tokens };
    });
    const gone = goneTools(changes, slugs);
    return {
      id: server.id,
      slug: server.slug,
      name: server.name,
      print: print(this.#generation + JSON.stringify([server, changes]) + prints.join('')),
      policyPrint: print(this.#generation + JSON.stringify([server.id, server.name, tools.map(judged)])),
      stamp,
      sources: server.sources,
      outcomes: server.manifests.map(({ outcome }) => outcome),
      rows,
      prints,
      gone: gone.map(({ name, slug: toolSlug, at }) => [name, toolSlug, at]),
    };
  }

  /** Brings the tree to a state with what both trees have. Says what is left to render. */
  #bring(wanted: ServerState, before: ServerState | undefined, there: ServerState | undefined) {
    const publisher = this.#publisher;
    const inTree = pagesIn(there);
    const inOld = pagesIn(before);
    const decide = (key: string, files: () => readonly string[], stamp: string): boolean => {
      const has = inTree.get(key);
      inTree.delete(key);
      if (has === stamp) return false;
      if (inOld.get(key) !== stamp) return true;
      publisher.take(files());
      return false;
    };
    const tools: number[] = [];
    const gone: GoneTool[] = [];
    for (const [i, row] of wanted.rows.entries()) {
      if (decide(row.slug, () => toolFiles(wanted.slug, row.slug), wanted.prints[i] ?? '')) tools.push(i);
    }
    for (const [name, toolSlug, at] of wanted.gone) {
      if (decide(toolSlug, () => toolFiles(wanted.slug, toolSlug), goneStamp(at, wanted.name)))
        gone.push({ name, slug: toolSlug, at });
    }
    const whole = decide(OWN, () => serverFiles(wanted.slug), wanted.print);
    const policies = decide(POLICIES, () => policyFilesOf(wanted.slug), wanted.policyPrint);
    for (const left of inTree.keys()) publisher.remove(toolFiles(wanted.slug, left));
    return { tools, gone, whole, policies };
  }
}

const NO_NEIGHBOURS: ReadonlyMap<string, readonly NeighbourThreat[]> = new Map();

const OWN = '';
const POLICIES = ' ';

/** What the policies of a server are made of: no description and no hash, so that most changes leave them as they are. */
function judged({ definition, verdict, schemaComplete }: ToolView) {
  const { category, severity, confidence, capabilities, findings, moves, operations, threats } = verdict;
  const rules = findings.filter((finding) => finding.discounted === undefined).map(({ rule }) => rule);
  return [
    [definition.name, definition.inputSchema, schemaComplete, category, severity, confidence, capabilities, operations],
    [new Set(rules), moves.map(({ rule }) => rule), threats.map(({ rule, strength }) => [rule, strength])].map(
      (one) => [...one],
    ),
  ];
}

/** Pages of a server in a tree: slug → what it was made of; the server's own pages under names that are no slugs. */
function pagesIn(state: ServerState | undefined): Map<string, string> {
  const pages = new Map<string, string>();
  if (state === undefined) return pages;
  for (const [i, row] of state.rows.entries()) pages.set(row.slug, state.prints[i] ?? '');
  for (const [, toolSlug, at] of state.gone) pages.set(toolSlug, goneStamp(at, state.name));
  pages.set(OWN, state.print);
  pages.set(POLICIES, state.policyPrint);
  return pages;
}

function goneStamp(at: number, server: string): string {
  return `gone ${at} ${server}`;
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
