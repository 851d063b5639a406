import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Ruleset } from '../../src/classify/index.ts';
import { Category, Severity } from '../../src/model/verdict.ts';
import { jsonShare, printShare, share, shareOf } from './figures.ts';
import { type Plain, type Ruled, rule } from './rows.ts';

/**
 * What readers said of tools of the corpora, who had seen neither the rules nor a verdict. `tool` is where the tool's text
 * stands in the corpora (see `keyOf`): the text itself is not ours to keep. `uniform` is a fair sample; `hard` are tools
 * that the classifier was unsure of or called Execute, Communication or Financial; of `name` only the name was read.
 */
const Reading = z.strictObject({
  tool: z.string().length(16),
  batch: z.number().int(),
  sample: z.enum(['uniform', 'hard', 'name']),
  category: Category,
  severity: Severity,
  doubt: z.string().optional(),
});
type Reading = z.infer<typeof Reading>;
type Row = Ruled<z.infer<typeof Plain>> & { readonly truth: Reading };

/** The rules were worked on with all other batches; of this one nobody looked at more than the totals. */
const BLIND_BATCH = 4;
const FILE = new URL('read-blind.jsonl', import.meta.url);

const isRight = ({ verdict, truth }: Row) => verdict.category === truth.category;

/** Verdicts on tools that were read blind, beside what the readers said; printed and as figures. */
export function readBlindReport(
  tools: readonly z.infer<typeof Plain>[],
  ruleset: Ruleset,
  print: (line: string) => void,
) {
  const readings = readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Reading.parse(JSON.parse(line)));
  const byKey = new Map(tools.map((tool) => [keyOf(tool), tool]));
  const found = readings.flatMap((truth) => {
    const tool = byKey.get(truth.tool);
    if (tool === undefined) return [];
    return [{ truth, tool: truth.sample === 'name' ? { server: tool.server, name: tool.name } : tool }];
  });
  const ruled = rule(
    found.map(({ tool }) => tool),
    ruleset,
  );
  const rows = ruled.flatMap((row, i): readonly Row[] => {
    const truth = found[i]?.truth;
    return truth === undefined ? [] : [{ ...row, truth }];
  });
  print(`\n# Tools of the corpora read blind by us (${rows.length} of ${readings.length} are here)`);
  const worked = rows.filter(({ truth }) => truth.batch !== BLIND_BATCH);
  const blind = rows.filter(({ truth }) => truth.batch === BLIND_BATCH);
  return {
    worked: figuresOf('worked on ', worked, print),
    blind: figuresOf('never used', blind, print),
  };
}

function figuresOf(title: string, rows: readonly Row[], print: (line: string) => void) {
  const of = (sample: Reading['sample']) => rows.filter(({ truth }) => truth.sample === sample);
  const severity = (some: readonly Row[]) => shareOf(some, ({ verdict, truth }) => verdict.severity === truth.severity);
  const names = of('name');
  const answered = names.filter(({ verdict }) => verdict.category !== 'Unknown');
  const shares = {
    uniform: shareOf(of('uniform'), isRight),
    uniformSure: shareOf(
      of('uniform').filter(({ truth }) => truth.doubt === undefined),
      isRight,
    ),
    uniformSeverity: severity(of('uniform')),
    hard: shareOf(of('hard'), isRight),
    hardSure: shareOf(
      of('hard').filter(({ truth }) => truth.doubt === undefined),
      isRight,
    ),
    hardSeverity: severity(of('hard')),
    nameOnlyAnswered: share(answered.length, names.length),
    nameOnlyRight: shareOf(answered, isRight),
  };
  for (const [name, one] of Object.entries(shares)) print(`${title}  ${name.padEnd(17)} ${printShare(one)}`);
  return Object.fromEntries(Object.entries(shares).map(([name, one]) => [name, jsonShare(one)]));
}

/** A tool's place in the corpora: the first 16 hexadecimal digits of the SHA-256 of server, name and description. */
function keyOf({ server, name, description }: z.infer<typeof Plain>): string {
  return createHash('sha256')
    .update(JSON.stringify([server, name, description ?? '']))
    .digest('hex')
    .slice(0, 16);
}
