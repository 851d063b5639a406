import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compileScript } from '../../scripts/torture/compile.ts';
import { judge } from '../../scripts/torture/judge.ts';
import { crawl } from '../../src/crawl/crawl.ts';
import { ReadingThread, type ThreadOptions } from '../../src/crawl/thread-host.ts';
import type { CrawlOptions, CrawlSource, RunReport } from '../../src/crawl/world.ts';
import { listed, scratchCatalogue } from '../store/kit.ts';

/** A thread needs plain JavaScript. */
let module: URL;
beforeAll(() => {
  module = pathToFileURL(compileScript('test/crawl/thread-module.ts'));
});

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const many = (name: string, count: number) => Array.from({ length: count }, (_, i) => `npm:${name}-${i}`);

interface Run {
  readonly report: RunReport;
  readonly visits: Readonly<Record<string, string>>;
}

/** One crawl by a thread of its own; gives what was recorded of each locator: outcome and reason. */
async function run(
  locators: readonly string[],
  options: CrawlOptions = {},
  more: Partial<ThreadOptions<unknown>> & { readonly stopWhenBegun?: string } = {},
): Promise<Run> {
  const thread = new ReadingThread<unknown>({ module, setup: undefined, ...more });
  const stop = new AbortController();
  const source: CrawlSource = {
    name: 'one',
    delta: false,
    async *list() {
      for (const locator of locators) yield listed(locator);
    },
  };
  const { stopWhenBegun } = more;
  if (stopWhenBegun !== undefined) void thread.ask({ begun: stopWhenBegun }, undefined).then(() => stop.abort());
  try {
    const report = await crawl(
      { concurrency: 4, graceMs: 200, ...options },
      {
        catalogue: scratch.catalogue,
        sources: [source],
        read: () => Promise.reject(new Error('not here')),
        visits: (bounds) => thread.visits(bounds),
        judge,
        ruleset: 'torture',
        extractor: 'e',
        now: Date.now,
        signal: stop.signal,
      },
    );
    const rows = scratch.catalogue.sql.all<{ locator: string; outcome: string; reason: string | null }>(
      'SELECT locator, outcome, reason FROM visits WHERE run = :run ORDER BY locator',
      { run: report.run },
    );
    expect(new Set(rows.map((row) => row.locator)).size, 'each visited once').toBe(rows.length);
    const visits = Object.fromEntries(rows.map((row) => [row.locator, `${row.outcome} ${row.reason ?? ''}`.trim()]));
    return { report, visits };
  } finally {
    await thread.close();
  }
}

const leased = () =>
  scratch.catalogue.sql.get<{ n: number }>('SELECT count(*) AS n FROM frontier WHERE lease IS NOT NULL')?.n;

describe('a crawl whose visits are made in a thread', () => {
  test('records each visit once, with everything that was read', async () => {
    const { report, visits } = await run(many('good', 300));
    expect(report).toMatchObject({ ended: 'done', visits: 300, tools: 300, outcomes: { changed: 300 } });
    expect(new Set(Object.values(visits))).toEqual(new Set(['changed']));
    const tool = scratch.catalogue.tool('npm:good-7', 'look');
    expect(tool?.definition.description).toBe('Looks \ud83d\ude00 at \0 things');
    expect(tool?.verdict.category).toBe('Read');
    expect(tool?.verdict.findings).toHaveLength(1);
    const again = await run(many('good', 300), { everything: true });
    expect(again.report.outcomes).toEqual({ unchanged: 300 });
  });

  test('a reader that throws is a failed visit', async () => {
    const { visits } = await run(['npm:throws', 'npm:good']);
    expect(visits).toEqual({ 'npm:throws': 'malformed reader-threw', 'npm:good': 'changed' });
  });

  test.each([
    ['that is ended', 'exits', {}],
    ['that throws where nobody waits', 'crashes', {}],
    ['that wants more memory than it may have', 'hoards', { memory: { maxOldGenerationSizeMb: 64 } }],
    // Nobody is silent for so long, not even a thread that is just starting on a busy machine.
    ['that never comes to an end', 'hangs', { pingMs: 50, silentMs: 6_000 }],
  ])('a thread %s: the visits that it had begun are parser-died, all others are made', async (_, fate, more) => {
    const { report, visits } = await run([...many('good', 20), `npm:${fate}`, ...many('later', 20)], {}, more);
    expect(visits[`npm:${fate}`]).toBe('parser-died reader-died');
    expect(report.visits).toBe(41);
    // At most those under way with it, which are four at a time, and those whose results it had not sent yet.
    expect(report.outcomes['parser-died']).toBeLessThanOrEqual(4 + 32);
    expect(Object.values(visits).every((end) => end === 'changed' || end === 'parser-died reader-died')).toBe(true);
    expect(leased()).toBe(0);
  });

  test('a thread that dies again and again', async () => {
    const { report, visits } = await run([...many('exits', 3), ...many('good', 40)], { concurrency: 1 });
    expect(report.visits).toBe(43);
    for (const locator of many('exits', 3)) expect(visits[locator]).toBe('parser-died reader-died');
    expect(leased()).toBe(0);
  });

  test('a thread that cannot be started ends the run with its reason, and leaves nothing leased for ever', async () => {
    const broken = run(['npm:good'], {}, { setup: 'dies at once' });
    await expect(broken).rejects.toThrow('the thread that reads ended');
    expect(leased()).toBe(0);
  });

  test('a question to a thread that dies is no answer for ever', async () => {
    const thread = new ReadingThread<unknown>({ module, setup: undefined });
    expect(await thread.ask('hello', undefined)).toEqual({ question: 'hello' });
    await expect(thread.ask('die', undefined)).rejects.toThrow('the thread that reads ended');
    expect(await thread.ask('and again', undefined)).toEqual({ question: 'and again' });
    await thread.close();
  });

  test('after the signal nothing new is begun; what ends in time is stored, the rest is given back', async () => {
    const { report, visits } = await run(
      ['npm:slow', 'npm:waits', ...many('waits', 60)],
      { graceMs: 4_000 },
      { stopWhenBegun: 'slow' },
    );
    expect(report.ended).toBe('interrupted');
    expect(visits).toEqual({ 'npm:slow': 'changed' });
    expect(leased()).toBe(0);
  });

  test('after the signal a thread that hears nothing keeps nobody waiting', async () => {
    const began = performance.now();
    const { report, visits } = await run(['npm:hangs'], { graceMs: 100 }, { stopWhenBegun: 'hangs' });
    expect(report.ended).toBe('interrupted');
    expect(visits).toEqual({});
    expect(leased()).toBe(0);
    // Its start, the grace, and the 2 s after which it is ended by force; its silence alone would end it after a minute.
    expect(performance.now() - began).toBeLessThan(45_000);
  });
});
