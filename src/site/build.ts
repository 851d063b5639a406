import type { PolicyTable } from '../model/policy-table.ts';
import { ENTRY } from './assets/search-index.js';
import { cardPaths, cards, png } from './cards.ts';
import type { SiteInput } from './input.ts';
import { machineFiles, schemaPaths } from './machine.ts';
import { sitePages } from './pages/all.ts';
import { filesOf, Plan } from './plan.ts';
import { forgetBuilds, Publisher } from './publish.ts';
import { makeRenderer, type RenderConfig } from './render.ts';
import { print } from './server-state.ts';
import { SharedRendering } from './share.ts';
import { type Assets, assetFiles, codePrint, frameOf, readAssets } from './site-files.ts';
import { SitemapWriter } from './sitemap.ts';
import { StateError } from './state.ts';
import { makeLookup } from './tables.ts';
import { serversWithTools } from './totals.ts';
import { urls } from './urls.ts';

export interface BuildOptions {
  /** The folder that readers see; it becomes a symbolic link to one of two folders beside it. */
  readonly out: string;
  /** Absolute address of the site's root. Without it there are no canonical links, no sitemap and no card images in heads. */
  readonly baseUrl?: string;
  readonly policyTable: PolicyTable;
  /** False leaves the search index out. */
  readonly search?: boolean;
  /** Threads that render beside this one; 0 renders here. Default: none for small sites, else one, beside which this one renders too. */
  readonly threads?: number;
  /** Milliseconds of any clock, for the report. */
  now(): number;
  readonly signal?: AbortSignal;
}

/** What a build did. Times in milliseconds. */
export interface BuildReport {
  readonly servers: number;
  /** Servers of which at least one tool is known. */
  readonly withTools: number;
  readonly tools: number;
  /** Pages of tools that were rendered. */
  readonly rendered: number;
  /** Pages of tools that were taken over as they were. */
  readonly kept: number;
  readonly tombstones: number;
  /** Files written, and their size in characters. */
  readonly files: number;
  readonly bytes: number;
  readonly pagesMs: number;
  readonly searchMs: number;
}

/** Builds the site from rows and publishes it at once. The same input gives the same bytes. */
export async function buildSite(input: SiteInput, options: BuildOptions): Promise<BuildReport> {
  try {
    return await buildOn(input, options);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    // What the last build recorded is damaged. Nothing was published yet, so everything is made anew.
    forgetBuilds(options.out);
    return await buildOn(input, options);
  }
}

/** The key of files that change with the program alone. */
const CONSTANT = 'constant';

async function buildOn(input: SiteInput, options: BuildOptions): Promise<BuildReport> {
  const began = options.now();
  const assets = readAssets();
  const frame = frameOf(assets, options.baseUrl);
  const config = { frame, tables: input.tables, policyTable: options.policyTable };
  const generation = print(codePrint() + JSON.stringify(config));
  const publisher = new Publisher(options.out, generation, filesOf);
  try {
    return await publish(input, options, { began, assets, config, generation, publisher });
  } finally {
    publisher.close();
  }
}

/** What a build begins with. */
interface Start {
  /** Milliseconds of the clock of the options. */
  readonly began: number;
  readonly assets: Assets;
  readonly config: RenderConfig;
  readonly generation: string;
  readonly publisher: Publisher;
}

async function publish(input: SiteInput, options: BuildOptions, start: Start): Promise<BuildReport> {
  const { began, assets, config, generation, publisher } = start;
  const { frame, tables } = config;
  const renderer = makeRenderer(config, (path, text) => publisher.write(path, text));
  const { root, fresh } = publisher.tree;
  const rendering = new SharedRendering(renderer, { config, root, fresh }, options.threads);
  const plan = new Plan(input, publisher, generation, options.policyTable, options.search !== false);
  // First of all: where they have to be drawn, garbage is collected with each, which takes the longer the more there is.
  if (!publisher.keeps(cardPaths(), CONSTANT))
    for (const { path, svg } of cards()) publisher.site(path, png(svg), CONSTANT);
  const sitemap = new SitemapWriter(options.baseUrl, publisher);
  try {
    for (const record of input.servers()) {
      options.signal?.throwIfAborted();
      const { state, job } = plan.server(record);
      if (job !== undefined) await rendering.render(job);
      sitemap.server(state);
    }
    await rendering.finish();
  } finally {
    await rendering.close();
  }
  plan.finish();
  const { totals } = plan;
  const context = { input, totals, lookup: makeLookup(tables), baseUrl: options.baseUrl };
  let key = '';
  const site = makeRenderer(config, (path, text) => publisher.site(path, text, key));
  for (const page of sitePages(context)) {
    sitemap.page(page.path);
    key = print(JSON.stringify(page.key ?? ''));
    if (!publisher.keeps(page.twin === false ? [page.path] : [page.path, urls.api(page.path)], key))
      site.page(page.make());
  }
  sitemap.finish();
  for (const [path, text] of [...assetFiles(assets, frame), ...machineFiles(context)]) publisher.site(path, text);
  if (!publisher.keeps(schemaPaths(), CONSTANT)) {
    const { schemaFiles } = await import('./api-schema.ts');
    for (const [path, text] of schemaFiles()) publisher.site(path, text, CONSTANT);
  }
  const pagesMs = options.now() - began;
  if (options.search !== false) {
    const key = plan.searchPrint();
    if (!publisher.keepsAll(urls.searchPiece(''), urls.searchPiece(ENTRY), key)) {
      // The indexer is loaded where there is something to index.
      const { bringIndex } = await import('./search/bring.ts');
      await bringIndex(publisher, input, plan.changed, key, options.signal);
    }
  }
  publisher.finish(totals.encode());
  return {
    servers: totals.servers.length,
    withTools: serversWithTools(totals),
    tools: totals.tools,
    rendered: plan.rendered,
    kept: plan.kept,
    tombstones: plan.tombstones,
    files: publisher.files + rendering.files,
    bytes: publisher.bytes + rendering.bytes,
    pagesMs,
    searchMs: options.now() - began - pagesMs,
  };
}
