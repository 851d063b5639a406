/**
 * Measures the threat rules on corpora of poisoned and of honest definitions: `npm run evaluate:threats [FOLDER]`.
 * The last line is JSON with the figures.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { findTextThreats, findThreats, type ThreatRules } from '../src/classify/threats.ts';
import { loadThreatRules } from '../src/data/threats.ts';
import { Annotations } from '../src/model/tool.ts';
import type { Threat } from '../src/model/verdict.ts';

const Row = z.object({
  server: z.string().optional(),
  name: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  inputSchema: z.json().nullish(),
  annotations: Annotations.nullish().catch(undefined),
  label: z.string().optional(),
  origin: z.string().optional(),
});
type Row = z.infer<typeof Row>;

/** A share with its 95 % Wilson interval. */
export interface Share {
  readonly hits: number;
  readonly of: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** One row that was judged wrong, or that fired. */
export interface Judged {
  readonly row: string;
  readonly threats: readonly Threat[];
}

/** What the threat rules do on the corpora that are there. */
export interface ThreatEvaluation {
  readonly strongRecall?: Share;
  readonly anyRecall?: Share;
  /** By corpus: share of tools with a strong, and with any threat. */
  readonly falseAlarms: Readonly<Record<string, { readonly strong: Share; readonly any: Share }>>;
  readonly misses: readonly string[];
  readonly alarms: readonly Judged[];
  readonly byRule: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Value of the normal distribution for 95 %. */
const Z = 1.96;

/** A share of counts with its Wilson interval; an empty corpus is 0 of 0. */
export function wilson(hits: number, of: number): Share {
  if (of === 0) return { hits, of, share: 0, low: 0, high: 1 };
  const share = hits / of;
  const scale = 1 + Z ** 2 / of;
  const middle = (share + Z ** 2 / (2 * of)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return { hits, of, share, low: middle - half, high: middle + half };
}

/** The threats of one corpus row; a row called `(initialize.instructions)` is a server's text, not a tool. */
function threatsOf(row: Row, rules: ThreatRules): readonly Threat[] {
  if (row.name === '(initialize.instructions)') return findTextThreats(row.description ?? '', '/instructions', rules);
  return findThreats(
    {
      name: row.name,
      ...(row.title == null ? {} : { title: row.title }),
      ...(row.description == null ? {} : { description: row.description }),
      ...(row.inputSchema == null ? {} : { inputSchema: row.inputSchema }),
      ...(row.annotations == null ? {} : { annotations: row.annotations }),
    },
    rules,
  );
}

function rowsOf(path: string): readonly Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Row.parse(JSON.parse(line)));
}

const isStrong = (threat: Threat) => threat.strength === 'strong';

/** Runs the rules over `poisoned.dev.jsonl`, `benign.dev.jsonl` and `tools.jsonl` of a folder, each where it is there. */
export function evaluateThreats(corporaFolder: string, rules: ThreatRules): ThreatEvaluation {
  const misses: string[] = [];
  const alarms: Judged[] = [];
  const falseAlarms: Record<string, { strong: Share; any: Share }> = {};
  const byRule: Record<string, Record<string, number>> = {};
  const count = (corpus: string, threats: readonly Threat[]) => {
    for (const rule of new Set(threats.map((threat) => `${threat.rule} (${threat.strength})`))) {
      const counts = byRule[rule] ?? {};
      byRule[rule] = { ...counts, [corpus]: (counts[corpus] ?? 0) + 1 };
    }
  };
  for (const corpus of ['benign.dev', 'tools']) {
    const path = join(corporaFolder, `${corpus}.jsonl`);
    if (!existsSync(path)) continue;
    let strong = 0;
    let any = 0;
    const rows = rowsOf(path);
    for (const row of rows) {
      const threats = threatsOf(row, rules);
      count(corpus, threats);
      if (threats.length > 0) any += 1;
      if (!threats.some(isStrong)) continue;
      strong += 1;
      alarms.push({ row: `${row.server ?? row.origin ?? ''}#${row.name}`, threats: threats.filter(isStrong) });
    }
    falseAlarms[corpus] = { strong: wilson(strong, rows.length), any: wilson(any, rows.length) };
  }
  const poisoned = join(corporaFolder, 'poisoned.dev.jsonl');
  if (!existsSync(poisoned)) return { falseAlarms, misses, alarms, byRule };
  const rows = rowsOf(poisoned).filter((row) => row.label === 'metadata-poisoned');
  let strong = 0;
  let any = 0;
  for (const row of rows) {
    const threats = threatsOf(row, rules);
    count('poisoned', threats);
    if (threats.length > 0) any += 1;
    if (threats.some(isStrong)) strong += 1;
    else
      misses.push(`${row.origin ?? ''}#${row.name} (${threats.map((threat) => threat.rule).join(', ') || 'nothing'})`);
  }
  return {
    strongRecall: wilson(strong, rows.length),
    anyRecall: wilson(any, rows.length),
    falseAlarms,
    misses,
    alarms,
    byRule,
  };
}

function percent({ hits, of, share, low, high }: Share): string {
  const show = (value: number) => (value * 100).toFixed(2);
  return `${hits} of ${of}, ${show(share)} % (${show(low)} to ${show(high)})`;
}

/** Prints an evaluation for people. */
export function printThreats(result: ThreatEvaluation, print: (line: string) => void): void {
  if (result.strongRecall !== undefined) print(`poisoned found, strong: ${percent(result.strongRecall)}`);
  if (result.anyRecall !== undefined) print(`poisoned found, any:    ${percent(result.anyRecall)}`);
  for (const [corpus, { strong, any }] of Object.entries(result.falseAlarms)) {
    print(`${corpus}, strong: ${percent(strong)}`);
    print(`${corpus}, any:    ${percent(any)}`);
  }
  print('\nper rule (tools)');
  for (const [rule, counts] of Object.entries(result.byRule).sort()) {
    print(
      `  ${rule}: ${Object.entries(counts)
        .map(([corpus, each]) => `${corpus} ${each}`)
        .join(', ')}`,
    );
  }
  print('\nmissed');
  for (const miss of result.misses) print(`  ${JSON.stringify(miss)}`);
  print('\nstrong on honest tools');
  for (const { row, threats } of result.alarms) {
    const shown = threats
      .slice(0, 3)
      .map(({ rule, path, text }) => `${rule} ${path} ${JSON.stringify(text.slice(0, 120))}`);
    print(`  ${JSON.stringify(row)}: ${shown.join('; ')}`);
  }
}

function main(folder: string): void {
  const rules = loadThreatRules(join(import.meta.dirname, '..', 'data'));
  if (!existsSync(folder)) {
    console.log(`no corpora in ${folder}: nothing measured`);
    console.log(JSON.stringify({ measured: false }));
    return;
  }
  const result = evaluateThreats(folder, rules);
  printThreats(result, (line) => console.log(line));
  const figures = Object.entries(result.falseAlarms).map(([corpus, { strong, any }]) => [
    corpus,
    { strong: strong.hits, any: any.hits, of: strong.of },
  ]);
  console.log(
    JSON.stringify({
      measured: true,
      poisoned: result.strongRecall?.of,
      found_strong: result.strongRecall?.hits,
      found_any: result.anyRecall?.hits,
      honest: Object.fromEntries(figures),
    }),
  );
}

const script = process.argv[1];
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  main(process.argv[2] ?? join(import.meta.dirname, '..', '..', 'shared', 'corpora'));
}
