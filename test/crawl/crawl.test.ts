import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { crawl } from '../../src/crawl/crawl.ts';
import type { CrawlEvent, CrawlOptions, CrawlSource, CrawlWorld } from '../../src/crawl/world.ts';
import type { Failure, Listed, ReadResult } from '../../src/model/manifest.ts';
import type { Previous } from '../../src/read/reader.ts';
import { judgeBy, listed, reading, scratchCatalogue, serverReading, tool } from '../store/kit.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

function source(name: string, lines: readonly (string | Listed | Failure)[]): CrawlSource {
  return {
    name,
    delta: false,
    async *list() {
      for (const line of lines) yield typeof line === 'string' ? listed(line) : line;
    },
  };
}

type Reader = CrawlWorld['read'];

const good = (locator: string, ...tools: readonly string[]): ReadResult =>
  reading([
    serverReading(
      locator,
      tools.map((name) => tool(name)),
    ),
  ]);

function world(more: Partial<CrawlWorld> & { readonly sources: readonly CrawlSource[] }): CrawlWorld {
  return {
    catalogue: scratch.catalogue,
    read: (locator) => Promise.resolve(good(locator, 'a')),
    judge: judgeBy('rules-1'),
    ruleset: 'rules-1',
    extractor: 'extract-1',
    now: scratch.time.now,
    signal: new AbortController().signal,
    ...more,
  };
}

const run = (more: Parameters<typeof world>[0], options: CrawlOptions = {}) =>
  crawl({ concurrency: 4, ...options }, world(more));

const failure = (outcome: Failure['outcome'], more: Partial<Failure> = {}): Failure => ({
  kind: 'failed',
  outcome,
  reason: 'because',
  message: 'it failed',
  ...more,
});

describe('a run', () => {
  test('visits everything that is listed once', async () => {
    const seen: string[] = [];
    const locators = Array.from({ length: 100 }, (_, i) => `npm:s${i}`);
    const read: Reader = (locator) => {
      seen.push(locator);
      return Promise.resolve(good(locator, 'a'));
    };
    const report = await run({ sources: [source('one', locators)], read });
    expect(report).toMatchObject({ ended: 'done', visits: 100, tools: 100, outcomes: { changed: 100 } });
    expect(seen.sort()).toEqual(locators.sort());
  });

  test('follows what a manifest names, once, and not in circles', async () => {
    const read: Reader = (locator) =>
      Promise.resolve({ ...reading([serverReading(locator, [tool('a')])]), leads: ['npm:x', 'npm:y'] });
    const report = await run({ sources: [source('one', ['npm:x'])], read });
    expect(report.visits).toBe(2);
    expect(scratch.catalogue.server('npm:y')?.sources).toEqual(['one']);
  });

  test('never reads more at once than it may', async () => {
    let [now, most] = [0, 0];
    const read: Reader = async (locator) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 1));
      now -= 1;
      return good(locator);
    };
    await run(
      {
        sources: [
          source(
            'one',
            Array.from({ length: 50 }, (_, i) => `npm:s${i}`),
          ),
        ],
        read,
      },
      { concurrency: 3 },
    );
    expect(most).toBe(3);
  });

  test('records whatever a reader does, and goes on', async () => {
    const odd: Readonly<Record<string, () => Promise<ReadResult>>> = {
      'npm:throws': () => Promise.reject(new Error('bug')),
      'npm:throws-now': () => {
        throw new RangeError('deep');
      },
      'npm:hangs': () => new Promise(() => {}),
      'npm:fails': () => Promise.resolve(failure('gated')),
      'npm:good': () => Promise.resolve(good('npm:good', 'a')),
    };
    const report = await run(
      {
        sources: [source('one', Object.keys(odd))],
        read: (locator) => (odd[locator] ?? (() => Promise.resolve(good(locator))))(),
      },
      { visitMs: 50 },
    );
    expect(report.outcomes).toEqual({ changed: 1, gated: 1, malformed: 2, 'timed-out': 1 });
    expect(scratch.catalogue.server('npm:hangs')?.visits).toMatchObject([{ reason: 'visit-time' }]);
  });

  test('does not ask what its source says is gone', async () => {
    let asked = 0;
    const read: Reader = (locator) => {
      asked += 1;
      return Promise.resolve(good(locator));
    };
    const report = await run({ sources: [source('one', [listed('npm:x', { deleted: true })])], read });
    expect([asked, report.outcomes]).toEqual([0, { removed: 1 }]);
  });
});

describe('sources', () => {
  test('one that fails, throws or hangs is told, and the others are visited meanwhile', async () => {
    const events: CrawlEvent[] = [];
    const hang: CrawlSource = {
      name: 'hangs',
      delta: false,
      list: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
    };
    const throws: CrawlSource = {
      name: 'throws',
      delta: false,
      // biome-ignore lint/correctness/useYield: a source may die before its first line
      async *list() {
        throw new Error('no such page');
      },
    };
    const report = await run(
      {
        sources: [hang, throws, source('fails', ['npm:y', failure('unreachable')]), source('good', ['npm:x'])],
        onEvent: (event) => void events.push(event),
      },
      { sourceIdleMs: 3_000 },
    );
    expect(report.visits).toBe(2);
    expect(report.sources.map(({ source: name, whole, reason }) => ({ name, whole, reason }))).toEqual([
      { name: 'hangs', whole: false, reason: 'listing-time' },
      { name: 'throws', whole: false, reason: 'source-threw' },
      { name: 'fails', whole: false, reason: 'because' },
      { name: 'good', whole: true, reason: undefined },
    ]);
    const firstVisit = events.findIndex((event) => event.kind === 'visited');
    const hanging = events.findIndex((event) => event.kind === 'listed' && event.listing.source === 'hangs');
    expect(firstVisit).toBeLessThan(hanging);
  });

  test('a delta is asked for only after a whole listing, and a whole one again after a week', async () => {
    const asked: (number | undefined)[] = [];
    const delta: CrawlSource = {
      name: 'registry',
      delta: true,
      async *list(since) {
        asked.push(since);
        if (since === undefined) yield listed('npm:x');
      },
    };
    const first = scratch.time.now();
    for (const days of [1, 7, 0]) {
      await run({ sources: [delta] });
      scratch.time.pass(days * DAY);
    }
    expect(asked).toEqual([undefined, first, undefined]);
    expect(scratch.catalogue.sql.all('SELECT locator FROM frontier')).toHaveLength(1);
  });
});

describe('the next run', () => {
  const answers =
    (previous: (Previous | undefined)[]): Reader =>
    (locator, before) => {
      previous.push(before);
      const result = good(locator, 'a');
      if (result.kind !== 'read') return Promise.resolve(result);
      if (before?.contentHash === result.contentHash) return Promise.resolve({ kind: 'not-modified' });
      return Promise.resolve({ ...result, validators: { etag: '"1"' } });
    };

  test('by hand visits everything again, and reuses what has not changed', async () => {
    const previous: (Previous | undefined)[] = [];
    const sources = [source('one', ['npm:x', 'npm:y'])];
    await run({ sources, read: answers(previous) }, { everything: true });
    const report = await run({ sources, read: answers(previous) }, { everything: true });
    expect(report).toMatchObject({ visits: 2, outcomes: { 'not-modified': 2 }, tools: 2 });
    expect(previous.slice(2)).toMatchObject([{ validators: { etag: '"1"' } }, { validators: { etag: '"1"' } }]);
  });

  test('by the schedule visits what is due, and says what waits', async () => {
    const sources = [source('one', ['npm:x', 'npm:y'])];
    await run({ sources });
    expect(await run({ sources })).toMatchObject({ visits: 0, waiting: 2 });
    scratch.time.pass(2 * DAY);
    expect(await run({ sources })).toMatchObject({ visits: 2, outcomes: { unchanged: 2 } });
  });

  test.each([
    ['when other extractors read it', { extractor: 'extract-2' }, undefined],
    ['when nothing happened', {}, { etag: '"1"' }],
  ])('conditional requests: %s', async (_, more, expected) => {
    const previous: (Previous | undefined)[] = [];
    const sources = [source('one', ['npm:x'])];
    await run({ sources, read: answers(previous) });
    await run({ sources, read: answers(previous), ...more }, { everything: true });
    expect(previous[1]?.validators).toEqual(expected);
  });

  test('conditional requests: not after a failure', async () => {
    const previous: (Previous | undefined)[] = [];
    const sources = [source('one', ['npm:x'])];
    await run({ sources, read: answers(previous) });
    await run({ sources, read: () => Promise.resolve(failure('unreachable')) }, { everything: true });
    await run({ sources, read: answers(previous) }, { everything: true });
    expect(previous[1]).toBeUndefined();
  });

  test('a Retry-After is kept over runs, also by hand, and never for longer than a week', async () => {
    const sources = [source('one', ['npm:x'])];
    const forever = scratch.time.now() + 1e15;
    await run({ sources, read: () => Promise.resolve(failure('rate-limited', { notBefore: forever })) });
    expect(await run({ sources }, { everything: true })).toMatchObject({ visits: 0, waiting: 1 });
    scratch.time.pass(7 * DAY + HOUR);
    expect(await run({ sources })).toMatchObject({ visits: 1 });
  });

  test('other rules judge everything anew, without a visit', async () => {
    const sources = [source('one', ['npm:x'])];
    await run({ sources, read: (locator) => Promise.resolve(good(locator, 'delete_it')) });
    const report = await run({ sources, ruleset: 'rules-2', judge: judgeBy('rules-2', 'critical') });
    expect(report).toMatchObject({ visits: 0, reclassified: { judged: 1, changed: 1 } });
    expect(scratch.catalogue.tool('npm:x', 'delete_it')?.verdict).toMatchObject({
      ruleset: 'rules-2',
      severity: 'critical',
    });
  });
});

describe('a signal', () => {
  test('lets visits under way finish, starts no more, and stores what was read', async () => {
    const stop = new AbortController();
    const read: Reader = async (locator) => {
      stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return good(locator, 'a');
    };
    const sources = [
      source(
        'one',
        Array.from({ length: 40 }, (_, i) => `npm:s${i}`),
      ),
    ];
    const report = await run({ sources, read, signal: stop.signal });
    expect(report.ended).toBe('interrupted');
    expect(report.visits).toBeGreaterThan(0);
    expect(report.visits).toBeLessThanOrEqual(4);
    expect(scratch.catalogue.counts().tools).toBe(report.visits);
    const rest = await run({ sources });
    expect(rest.visits + report.visits).toBe(40);
  });

  test('ends within the grace when a visit hangs, and says nothing of that visit', async () => {
    const stop = new AbortController();
    const began = performance.now();
    const read: Reader = (_, __, signal) =>
      new Promise((resolve) => {
        stop.abort();
        signal.addEventListener('abort', () => resolve(failure('unreachable')));
      });
    const report = await run({ sources: [source('one', ['npm:x'])], read, signal: stop.signal }, { graceMs: 100 });
    // Without the grace it would end with the visit's own bound, which is five minutes.
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(report).toMatchObject({ ended: 'interrupted', visits: 0 });
    expect(await run({ sources: [source('one', ['npm:x'])] })).toMatchObject({ visits: 1 });
  });
});

describe('a fault of the catalogue', () => {
  test('ends the run with its own words', async () => {
    const pages = Number(scratch.catalogue.sql.handle.pragma('page_count', { simple: true }));
    scratch.catalogue.sql.handle.pragma(`max_page_count = ${pages + 20}`);
    const read: Reader = (locator) =>
      Promise.resolve(reading([serverReading(locator, [tool('a', { description: 'x'.repeat(9_000) })])]));
    const many = Array.from({ length: 500 }, (_, i) => `npm:s${i}`);
    await expect(run({ sources: [source('one', many)], read })).rejects.toMatchObject({
      name: 'StoreError',
      reason: 'full',
    });
  });
});
