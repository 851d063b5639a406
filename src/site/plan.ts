import type { ServerId } from '../model/id.ts';
import type { PolicyTable } from '../model/policy-table.ts';
import type { ServerRecord } from '../model/rows.ts';
import { ENTRY } from './assets/search-index.js';
import { compareIds } from './ids.ts';
import { type NeighbourThreat, type SiteInput, SiteInputError } from './input.ts';
import { serverPolicyIn } from './pages/server-policy.ts';
import { SLOTS, serverSlots } from './pages/server-slots.ts';
import type { Publisher } from './publish.ts';
import { type GoneTool, type KeptPolicy, policyFilesOf, type ServerJob, serverFiles, toolFiles } from './render.ts';
import { ChangedDocuments } from './search/changes.ts';
import { type KnownTool, print, stampText, stateOf } from './server-state.ts';
import { type ServerHead, type ServerState, toolsIn } from './state.ts';
import { makeTokenCounter } from './tokens.ts';
import { Totals } from './totals.ts';
import { serverSlug, urls } from './urls.ts';
import { type ServerPages, serverView, toolView, viewText } from './view.ts';

/** One server: what its pages will be made of, and what has to be rendered for that. */
export interface Step {
  readonly state: ServerState;
  readonly job?: ServerJob;
}

/** Every file of a server, for when it goes. */
export function filesOf(server: ServerState): readonly string[] {
  const tools = [...server.rows.map((row) => row.slug), ...server.gone.map(([, toolSlug]) => toolSlug)];
  return [
    ...serverFiles(server.slug),
    urls.badge(server.slug),
    ...policyFilesOf(server.slug),
    ...tools.flatMap((tool) => toolFiles(server.slug, tool)),
  ];
}

/** Decides for each server what has to be rendered, and what can stay. */
export class Plan {
  totals: Totals;
  rendered = 0;
  kept = 0;
  tombstones = 0;
  /** What the search finds otherwise than in the published site; undefined where that has no index. */
  readonly changed: ChangedDocuments | undefined;
  readonly #input: SiteInput;
  readonly #publisher: Publisher;
  readonly #generation: string;
  readonly #policyTable: PolicyTable;
  readonly #slugs = new Set<string>();
  readonly #tokens = makeTokenCounter();
  readonly #contents: string[] = [];
  #last = '';

  /** `searching`: the search index will be wanted. */
  constructor(
    input: SiteInput,
    publisher: Publisher,
    generation: string,
    policyTable: PolicyTable,
    searching: boolean,
  ) {
    if (searching && publisher.has(urls.searchPiece(ENTRY))) this.changed = new ChangedDocuments();
    this.#input = input;
    this.#publisher = publisher;
    this.#generation = generation;
    this.#policyTable = policyTable;
    this.totals = new Totals(publisher.totals);
  }

  /** A fingerprint of everything that the search finds. */
  searchPrint(): string {
    return print(this.#contents.join(''));
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
    const { before, there } = this.#publisher.known(record.id);
    const step = this.#make(record, own, before, there);
    const { state } = step;
    this.#publisher.record(state);
    this.totals.list(state);
    if (this.#publisher.totals === undefined) this.totals.add(state);
    else if (state !== before) this.totals.replace(before, state);
    this.#contents.push(state.content);
    return step;
  }

  /** Ends the servers: afterwards the totals are those of all. */
  finish(): void {
    this.#publisher.endServers();
    for (const server of this.#publisher.gone()) {
      this.totals.replace(server, undefined);
      this.changed?.goneServer(server);
    }
    this.totals.prune();
    if (!this.totals.isShort) return;
    this.totals = new Totals();
    for (const state of this.#publisher.servers()) {
      this.totals.list(state);
      this.totals.add(state);
    }
  }

  #make(record: ServerRecord, slug: string, before: ServerState | undefined, there: ServerState | undefined): Step {
    const advisories = this.#input.advisoriesOf(record);
    const stamp = stampText(this.#input.stampOf?.(record.id));
    const neighbours = this.#input.neighboursOf?.(record.id) ?? NO_NEIGHBOURS;
    const told = this.#input.instructionsOf?.(record.id);
    const beside = neighbours.size === 0 && told === undefined ? '' : JSON.stringify([[...neighbours], told?.text]);
    const own = print(viewText(record, advisories) + beside);
    if (stamp !== '' && before?.stamp === stamp && before.own === own) {
      if (there !== before) this.#bring(before, before, there);
      this.kept += toolsIn(before);
      this.tombstones += before.gone.length;
      return { state: before };
    }
    const read = serverView(record, slug, advisories);
    const server = told === undefined ? read : { ...read, instructions: { text: told.text, threats: told.threats() } };
    const tools = this.#toolsOf(record.id, before, neighbours);
    const changes = [...this.#input.changesOf(record.id)];
    const state = stateOf({
      ...{ generation: this.#generation, server, own, tools, changes, stamp, before },
      ...{ tokens: this.#tokens, policyTable: this.#policyTable },
    });
    this.changed?.server(server, state, before, tools);
    const stale = this.#bring(state, before, there);
    this.rendered += stale.tools.length;
    this.kept += tools.length - stale.tools.length;
    this.tombstones += state.gone.length;
    const { tools: wanted, gone, badge, policies } = stale;
    const pages = { server, rows: state.rows, changes };
    const whole = stale.whole && !(before?.frame === state.frame && this.#refill(pages));
    if (wanted.length === 0 && gone.length === 0 && !whole && !badge && !policies) return { state };
    const kept = whole && !policies && before?.policyPrint === state.policyPrint ? this.#keptPolicy(before) : undefined;
    const needsAll = policies || (whole && kept === undefined);
    const needed = needsAll ? tools : wanted.flatMap((at) => tools[at] ?? []);
    if (needed.some(({ view }) => view === undefined)) this.#readAll(record.id, needed, neighbours);
    const views = tools.map(({ view }) => view);
    const texts = tools.map(({ text }) => text);
    return {
      state,
      job: {
        pages,
        tools: views,
        texts,
        wanted,
        whole,
        badge,
        policies,
        gone,
        ...(kept === undefined ? {} : { kept }),
      },
    };
  }

  /** The tools of a server, of which only those are read whose stamps are new. */
  #toolsOf(id: ServerId, before: ServerState | undefined, neighbours: Neighbours): readonly KnownTool[] {
    const stamps = this.#input.toolStampsOf?.(id);
    const known = new Map(before?.rows.map((row, i) => [row.name, { row, prints: before.prints[i] }]));
    const oldOf = (name: string): KnownTool['old'] => {
      const old = known.get(name);
      return old?.prints === undefined ? undefined : { row: old.row, prints: old.prints };
    };
    const whole = () =>
      Array.from(this.#input.toolsOf(id), (tool): KnownTool => {
        const { name } = tool.definition;
        return { name, view: toolView(tool, neighbours.get(name)), stamp: '', old: oldOf(name) };
      });
    if (stamps === undefined) return whole();
    const tools = Array.from(stamps, ([name, rows]): KnownTool => {
      const beside = neighbours.get(name);
      const stamp = beside === undefined ? rows : print(rows + JSON.stringify(beside));
      return { name, view: undefined, stamp, old: oldOf(name) };
    });
    const fresh = tools.filter(({ stamp, old }) => old?.prints.stamp !== stamp);
    if (fresh.length > 0) this.#readAll(id, fresh, neighbours);
    // A name that no database can hold as it is has a stamp under another.
    return fresh.every(({ view }) => view !== undefined) ? tools : whole();
  }

  #readAll(id: ServerId, tools: readonly KnownTool[], neighbours: Neighbours): void {
    const byName = new Map(tools.map((tool) => [tool.name, tool]));
    for (const tool of this.#input.toolsOf(id, new Set(byName.keys()))) {
      const { name } = tool.definition;
      const own = byName.get(name);
      if (own !== undefined) own.view = toolView(tool, neighbours.get(name));
    }
  }

  /** Makes a server's own page from the published one, where only its slots are others now. False where that cannot be. */
  #refill(pages: ServerPages): boolean {
    const path = urls.server(pages.server.slug);
    const put = serverSlots(pages);
    const cut = (slot: keyof typeof SLOTS) => ({ ...SLOTS[slot], put: put[slot] });
    const publisher = this.#publisher;
    return (
      publisher.rewrite(path, [cut('tokens'), cut('changes')]) && publisher.rewrite(urls.api(path), [cut('twinTokens')])
    );
  }

  /** What the published page of a server says of its policy. */
  #keptPolicy({ slug: own }: ServerState): KeptPolicy | undefined {
    const page = this.#publisher.published(urls.server(own));
    const twin = this.#publisher.published(urls.api(urls.server(own)));
    if (page === undefined || twin === undefined) return undefined;
    const policy = serverPolicyIn(page.toString('latin1'), twin.toString('utf8'));
    return policy === undefined ? undefined : { ...policy, section: policy.section.bytes };
  }

  /** Brings the tree to a state with what both trees have. Says what is left to render. */
  #bring(wanted: ServerState, before: ServerState | undefined, there: ServerState | undefined) {
    const publisher = this.#publisher;
    const inTree = pagesIn(there);
    const inOld = there === before ? inTree : pagesIn(before);
    const left = new Set(inTree.keys());
    const decide = (key: string, files: () => readonly string[], stamp: string): boolean => {
      left.delete(key);
      if (inTree.get(key) === stamp) return false;
      if (inOld.get(key) !== stamp) return true;
      publisher.take(files());
      return false;
    };
    const tools: number[] = [];
    const gone: GoneTool[] = [];
    for (const [i, row] of wanted.rows.entries()) {
      if (decide(row.slug, () => toolFiles(wanted.slug, row.slug), wanted.prints[i]?.page ?? '')) tools.push(i);
    }
    for (const [name, toolSlug, at] of wanted.gone) {
      if (decide(toolSlug, () => toolFiles(wanted.slug, toolSlug), goneStamp(at, wanted.name)))
        gone.push({ name, slug: toolSlug, at });
    }
    const whole = decide(OWN, () => serverFiles(wanted.slug), wanted.print);
    const badge = decide(BADGE, () => [urls.badge(wanted.slug)], badgeStamp(wanted));
    const policies = decide(POLICIES, () => policyFilesOf(wanted.slug), wanted.policyPrint);
    for (const toolSlug of left) publisher.remove(toolFiles(wanted.slug, toolSlug));
    return { tools, gone, whole, badge, policies };
  }
}

type Neighbours = ReadonlyMap<string, readonly NeighbourThreat[]>;
const NO_NEIGHBOURS: Neighbours = new Map();

// Names that are no slugs.
const OWN = '';
const POLICIES = ' ';
const BADGE = '  ';

/** Pages of a server in a tree: slug → what it was made of; the server's own pages under names that are no slugs. */
function pagesIn(state: ServerState | undefined): Map<string, string> {
  const pages = new Map<string, string>();
  if (state === undefined) return pages;
  const { rows, prints } = state;
  for (let i = 0; i < rows.length; i++) pages.set(rows[i]?.slug ?? '', prints[i]?.page ?? '');
  for (const [, toolSlug, at] of state.gone) pages.set(toolSlug, goneStamp(at, state.name));
  pages.set(OWN, state.print);
  pages.set(BADGE, badgeStamp(state));
  pages.set(POLICIES, state.policyPrint);
  return pages;
}

/** All that a badge shows. */
function badgeStamp(server: ServerHead): string {
  return `${server.bySeverity.map((n) => Number(n > 0)).join('')} ${toolsIn(server)}`;
}

function goneStamp(at: number, server: string): string {
  return `gone ${at} ${server}`;
}
