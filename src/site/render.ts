import { STRENGTHS, type Strength } from '../model/policy.ts';
import type { PolicyTable } from '../model/policy-table.ts';
import { factsOf } from '../policy/facts.ts';
import type { JudgedTool } from '../policy/recommend.ts';
import { badgeSvg } from './badge.ts';
import { Html, solid } from './html.ts';
import type { SiteTables } from './input.ts';
import { makeLayout, type SiteFrame } from './layout.ts';
import type { Page } from './pages/context.ts';
import { policyPage } from './pages/policy.ts';
import { serverPage } from './pages/server.ts';
import { type ServerPolicy, serverPolicy } from './pages/server-policy.ts';
import { tombstonePage, toolPage } from './pages/tool.ts';
import { toolPolicyFiles } from './pages/tool-control.ts';
import { toolLine } from './parts/badges.ts';
import { MOST_USED_FORMATS, ORDERED_FORMATS, policyFor, TAB_FORMATS, texts } from './policies.ts';
import { makeRelated } from './related.ts';
import { makeLookup } from './tables.ts';
import { makeToolPolicies } from './tool-policies.ts';
import { rootOf, urls } from './urls.ts';
import type { ServerPages, ToolRow, ToolView } from './view.ts';

/** What all pages of a build share: plain data, so that another thread can have a copy. */
export interface RenderConfig {
  readonly frame: SiteFrame;
  readonly tables: SiteTables;
  readonly policyTable: PolicyTable;
}

/** The pages of one server that are to be written. */
export interface ServerJob {
  readonly pages: ServerPages;
  /** In the order of `pages.rows`; those that no wanted page needs may be left out (JSON makes them null). */
  readonly tools: readonly (ToolView | undefined | null)[];
  /** The same as JSON, as far as it is known. */
  readonly texts: readonly (string | undefined)[];
  /** Positions in `tools` whose pages are wanted. */
  readonly wanted: readonly number[];
  /** Whether the server's own page is wanted. */
  readonly whole: boolean;
  readonly badge: boolean;
  /** What its page says of its policy, where nothing of that changed; `section` is the bytes of the markup. */
  readonly kept?: KeptPolicy;
  /** Whether the pages with its policies are wanted. */
  readonly policies: boolean;
  /** Tools that are gone, whose tombstones are wanted. */
  readonly gone: readonly GoneTool[];
}

/** A policy as a server's page shows it, as plain data. */
export interface KeptPolicy extends Omit<ServerPolicy, 'section'> {
  readonly section: string;
}

export interface GoneTool {
  readonly name: string;
  readonly slug: string;
  readonly at: number;
}

/** Takes a finished file: its path below the root of the site, and its content. */
export type Emit = (path: string, content: string | Html) => void;

export interface Renderer {
  /** Writes the pages of one server. */
  server(job: ServerJob): void;
  /** Writes any other page. */
  page(page: Page): void;
}

/** Makes the function that turns rows into files. Between two servers it keeps texts that many pages share, with a bound. */
export function makeRenderer({ frame, tables, policyTable }: RenderConfig, emit: Emit): Renderer {
  const layout = makeLayout(frame);
  const lookup = makeLookup(tables);
  const toolPolicy = makeToolPolicies(toolPolicyFiles);
  const { baseUrl } = frame;

  function page({ parts, api }: Page): void {
    emit(parts.path, layout(parts));
    if (parts.noApi !== true) emit(urls.api(parts.path), `${JSON.stringify(api)}\n`);
  }

  function server(job: ServerJob): void {
    const { pages } = job;
    const tools = job.tools.flatMap((tool) => tool ?? []);
    const wanted = job.wanted.flatMap((at) => job.tools[at] ?? []);
    const relatedTo = makeRelated(pages.rows);
    const lineOf = (row: ToolRow) => toolLine(pages.server.slug, row, TOOL_ROOT);
    // Most lines stand on several of the pages.
    const line = job.wanted.length > 1 ? remembered((row: ToolRow) => solid(lineOf(row))) : lineOf;
    const factsFrom = remembered((tool: JudgedTool) => factsOf(tool, policyTable));
    const policyIn = (strength: Strength, of: readonly ToolView[]) =>
      policyFor(pages.server, of, strength, policyTable, tables.ruleset, factsFrom);
    // A tool's page shows the policy of that tool alone.
    const needed = needsAllTools(job);
    const recommended = policyIn('recommended', needed ? tools : wanted);
    for (const at of job.wanted) {
      const row = pages.rows[at];
      const tool = job.tools[at] ?? undefined;
      if (row === undefined || tool === undefined) continue;
      const policy = toolPolicy(recommended, row.name);
      page(toolPage({ pages, row, tool, related: relatedTo(row), line, policy, lookup, baseUrl }));
    }
    for (const gone of job.gone) page(tombstonePage({ server: pages.server, ...gone }));
    const input = { pages, tools, lookup, baseUrl };
    // The formats of a tool's page and of the server's come first in the list of all.
    const written = needed ? texts(recommended.policy, job.policies ? ORDERED_FORMATS : TAB_FORMATS) : [];
    if (job.whole) {
      const { kept } = job;
      const policy =
        kept === undefined
          ? serverPolicy(pages, recommended, written.slice(0, TAB_FORMATS.length))
          : { ...kept, section: new Html(kept.section) };
      page(serverPage(input, policy));
    }
    if (job.badge) emit(urls.badge(pages.server.slug), badgeSvg(pages.rows));
    if (!job.policies) return;
    for (const strength of STRENGTHS) {
      if (strength === 'recommended') {
        page(policyPage(input, strength, recommended, written));
        continue;
      }
      // The other strengths come in the most used formats; `toolrisk policy` writes them in all.
      const policy = policyIn(strength, tools);
      page(policyPage(input, strength, policy, texts(policy.policy, MOST_USED_FORMATS)));
    }
  }

  return { server, page };
}

/** Whether a job's pages are made of all tools of its server, not of the wanted ones alone. */
export function needsAllTools({ policies, whole, kept }: ServerJob): boolean {
  return policies || (whole && kept === undefined);
}

/** The way from a tool's page to the root. */
const TOOL_ROOT = rootOf(urls.tool('a', 'b'));

/** The same function, which does its work once per object. */
function remembered<From, To>(make: (from: From) => To): (from: From) => To {
  const known = new Map<From, To>();
  return (from) => {
    const before = known.get(from);
    if (before !== undefined) return before;
    const made = make(from);
    known.set(from, made);
    return made;
  };
}

/** The files of a server's own page. */
export function serverFiles(slug: string): readonly string[] {
  const page = urls.server(slug);
  return [page, urls.api(page)];
}

/** The files with a server's policies. */
export function policyFilesOf(slug: string): readonly string[] {
  const pages = STRENGTHS.map((strength) => urls.policies(slug, strength));
  return [...pages, ...pages.map(urls.api)];
}

/** The files of one tool's page. */
export function toolFiles(server: string, tool: string): readonly string[] {
  const page = urls.tool(server, tool);
  return [page, urls.api(page)];
}
