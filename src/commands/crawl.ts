import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { classify, compileRuleset, type RuleFiles, type Ruleset } from '../classify/index.ts';
import { crawl as runCrawl } from '../crawl/crawl.ts';
import type { CrawlSource, RunReport } from '../crawl/world.ts';
import { readRuleFiles } from '../data/load.ts';
import type { ConfiguredSource } from '../sources/config.ts';
import type { SourceWorld } from '../sources/source.ts';
import { openCatalogue, type WritableCatalogue } from '../store/catalogue.ts';
import { takeRunLock } from '../store/lock.ts';
import type { Judge } from '../store/verdicts.ts';
import { type Command, CommandError, type Input, type World } from './command.ts';
import { openCrawlReading } from './crawl-reading.ts';
import { CrawlProgress, printSummary } from './crawl-report.ts';
import { catalogueFile, DB_OPTION } from './db-option.ts';
import { jsonLine } from './print.ts';
import { refreshStored } from './refresh.ts';

/** Visits under way at once, by default. */
const CONCURRENCY = 16;
const MAX_CONCURRENCY = 256;

/** After the signal, visits under way get this long, milliseconds. */
const GRACE_MS = 5_000;

export const crawl: Command = {
  name: 'crawl',
  summary: 'Visit the listed servers, judge their tools, and store both',
  details: [
    'Everything that the sources list is visited; what has not changed since the last visit is not read again.',
    'With --due (and with --every) the schedule decides instead: what changes often is visited sooner.',
    'Exit code 0: done, failed visits and sources included; they are in the summary and in coverage. 2: the catalogue or the',
    'sources file cannot be used. 130 or 143: stopped by a signal, with everything stored that was visited.',
  ].join('\n'),
  arguments: [],
  options: [
    { name: 'sources', value: 'FILE', text: 'What to list (default: data/sources.yaml, here or the shipped one)' },
    { name: 'only', value: 'SOURCE', text: 'Only this source; may be repeated', repeatable: true },
    DB_OPTION,
    { name: 'due', text: 'Visit only what the schedule says is due' },
    { name: 'every', value: 'TIME', text: 'Stay, and crawl what is due every so often: 30m, 6h, 1d' },
    { name: 'execute', text: 'Also run npm packages, in a sandbox, and ask them for their tools' },
    { name: 'concurrency', value: 'N', text: 'Visits under way at once', default: String(CONCURRENCY) },
    { name: 'json', text: 'Print the summary as one line of JSON' },
  ],
  examples: ['toolrisk crawl', 'toolrisk crawl --only npm', 'toolrisk crawl --every 6h'],
  async run(input, world) {
    const every = intervalOf(input.option('every'));
    const concurrency = concurrencyOf(input.option('concurrency'));
    const file = sourcesFile(input, world);
    const path = catalogueFile(input, world);
    // Opening makes the folder that the lock's file is in, and tells what is wrong with a file that is there.
    const catalogue = openCatalogue(path, { mode: 'write', now: world.now });
    try {
      const lock = takeRunLock(path, `since ${new Date(world.now()).toISOString()}`);
      try {
        for (;;) {
          const startedAt = world.now();
          const everything = every === undefined && !input.has('due');
          const report = await once(input, world, catalogue, file, { concurrency, everything });
          await refreshStored(catalogue, world);
          if (input.has('json')) jsonLine(world.stdout, report);
          else printSummary(world, catalogue, report);
          if (every === undefined || world.signal.aborted) return 0;
          await pause(startedAt + every - world.now(), world.signal);
          if (world.signal.aborted) return 0;
        }
      } finally {
        lock.release();
      }
    } finally {
      catalogue.close();
    }
  },
};

interface Choices {
  readonly concurrency: number;
  readonly everything: boolean;
}

/** One crawl from the sources file to the report. */
async function once(
  input: Input,
  world: World,
  catalogue: WritableCatalogue,
  file: string,
  choices: Choices,
): Promise<RunReport> {
  // Loaded when it is needed, so that the other commands start without the sources.
  const { readSources } = await import('../sources/config.ts');
  const configured = chosen(readSources(readText(file), file), input.list('only'), file);
  const hard = new AbortController();
  const reading = await openCrawlReading(
    { ...world, signal: hard.signal },
    {
      root: dirname(file),
      operatorOrigins: configured.flatMap((one) => one.origins),
      execute: input.has('execute'),
    },
  );
  const progress = new CrawlProgress(world.stderr, world.now);
  try {
    const files = readRuleFiles(world.dataFolder, new Date(world.now()).toISOString().slice(0, 10));
    reading.useRules(files);
    return await runCrawl(
      { ...choices, graceMs: GRACE_MS },
      {
        ...reading,
        catalogue,
        sources: configured.map((one) => crawlSource(one, reading.sources)),
        judge: judgeBy(files),
        ruleset: files.version,
        extractor: world.version,
        now: world.now,
        signal: world.signal,
        onEvent: (event) => progress.show(event),
      },
    );
  } finally {
    progress.end();
    hard.abort();
    await reading.close();
  }
}

/** Judges by rules that are compiled when they are first needed: most tools come with their verdict. */
function judgeBy(files: RuleFiles): Judge {
  let ruleset: Ruleset | undefined;
  return (definition, server) => {
    ruleset ??= compileRuleset(files);
    return classify({ ...definition, server }, ruleset);
  };
}

function crawlSource(configured: ConfiguredSource, world: SourceWorld): CrawlSource {
  return {
    name: configured.name,
    delta: configured.source.delta === true,
    list: (since, signal) => configured.list({ ...world, signal, ...(since === undefined ? {} : { since }) }),
  };
}

/** `data/sources.yaml` of the working folder goes before the shipped one. */
function sourcesFile(input: Input, world: World): string {
  const named = input.option('sources');
  if (named !== undefined) return resolve(world.cwd, named);
  const own = join(world.cwd, 'data', 'sources.yaml');
  return existsSync(own) ? own : join(world.dataFolder, 'sources.yaml');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`The sources file ${file} cannot be read. Name another with --sources.`, { cause: error });
  }
}

function chosen(
  configured: readonly ConfiguredSource[],
  only: readonly string[],
  file: string,
): readonly ConfiguredSource[] {
  if (only.length === 0) return configured;
  for (const name of only) {
    if (configured.some((one) => one.name === name || one.source.id === name)) continue;
    const known = configured.map((one) => one.name).join(', ');
    throw new CommandError(`${file} lists no source "${name}". It has ${known}.`);
  }
  return configured.filter((one) => only.includes(one.name) || only.includes(one.source.id));
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function intervalOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,5})([mhd])$/u.exec(text);
  const ms = Number(match?.[1] ?? 0) * (UNITS[match?.[2] ?? ''] ?? 0);
  if (ms === 0) throw new CommandError(`--every ${text} is no time. Write 30m, 6h or 1d.`);
  return ms;
}

function concurrencyOf(text: string | undefined): number {
  const number = Number(text ?? CONCURRENCY);
  if (Number.isInteger(number) && number >= 1 && number <= MAX_CONCURRENCY) return number;
  throw new CommandError(`--concurrency ${text} is not a whole number from 1 to ${MAX_CONCURRENCY}.`);
}

/** Timers that are set further fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits, at most until the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolvePause) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolvePause();
    };
    const timer = setTimeout(done, Math.min(Math.max(0, ms), MAX_TIMER_MS));
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
