/**
 * Compares what is read of packages without running them with what the same versions answered to tools/list:
 * `npm run evaluate:extraction -- FOLDER [NAME…]`. FOLDER has one JSON file per package with `package`, `version` and
 * `tools`. The last line is JSON with the figures. Packages are fetched once and kept in TOOLRISK_CACHE.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { classify } from '../src/classify/index.ts';
import { loadRuleset } from '../src/data/load.ts';
import type { JsonObject, ObservedTool } from '../src/model/tool.ts';
import { OPEN_HINTS_NOTE } from '../src/model/tool.ts';
import { readLocator } from '../src/read/index.ts';
import { openCachedReading } from './evaluation/cached.ts';

const Listed = z.object({
  package: z.string(),
  version: z.string(),
  tools: z
    .array(
      z.object({
        name: z.string(),
        description: z.string().optional(),
        inputSchema: z.record(z.string(), z.unknown()).optional(),
        annotations: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .nullable(),
});
type Listed = z.infer<typeof Listed>;

const [folder = process.env.TOOLRISK_TOOLS_LISTED, ...only] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Name the folder of tools/list results: npm run evaluate:extraction -- FOLDER [NAME…]');
  process.exit(2);
}

const total = {
  packages: 0,
  listed: 0,
  names: 0,
  descriptions: 0,
  parameters: 0,
  withSchema: 0,
  extra: 0,
  /** Extra tools that are not marked as registered only under a condition; listed tools that are. */
  extraUngated: 0,
  listedGated: 0,
  /** Schemas that are said to be complete, with other parameters than the listed ones. */
  parametersWrong: 0,
  found: 0,
  unlisted: 0,
  /** Hints that the server states; those read alike; those that are read otherwise; those not read, and not said to be unknown. */
  hints: 0,
  hintsRead: 0,
  hintsWrong: 0,
  hintsLost: 0,
  /** Tools with the category and severity that the listed definition has. */
  verdicts: 0,
};
const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;
const ruleset = loadRuleset(join(import.meta.dirname, '..', 'data'));
const setup = await openCachedReading();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const listed = Listed.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  if (only.length > 0 && !only.some((part) => listed.package.includes(part))) continue;
  const started = performance.now();
  const result = await readLocator(`npm:${listed.package}@${listed.version}`, setup.read);
  const ms = Math.round(performance.now() - started);
  if (result.kind !== 'read') {
    console.log(
      `${listed.package}: ${result.kind === 'failed' ? `${result.outcome}, ${result.message}` : result.kind}`,
    );
    total.listed += listed.tools?.length ?? 0;
    continue;
  }
  report(listed, result.servers[0]?.tools ?? [], ms);
}
await setup.close();
const share = (part: number, whole: number) => Number((whole === 0 ? 0 : part / whole).toFixed(4));
console.log(
  JSON.stringify({
    script: 'evaluate:extraction',
    ...total,
    nameShare: share(total.names, total.listed),
    descriptionShare: share(total.descriptions, total.listed),
    parameterShare: share(total.parameters, total.withSchema),
    hintShare: share(total.hintsRead, total.hints),
    verdictShare: share(total.verdicts, total.names),
  }),
);

function report(listed: Listed, tools: readonly ObservedTool[], ms: number): void {
  const byName = new Map(tools.map((tool) => [tool.definition.name, tool]));
  const expected = listed.tools ?? [];
  const names = new Set(expected.map(({ name }) => name));
  const lines: string[] = [];
  const own = { names: 0, descriptions: 0, parameters: 0, withSchema: 0, verdicts: 0 };
  for (const tool of expected) {
    const parameters = parametersOf(tool.inputSchema);
    const schema = Object.keys(tool.inputSchema ?? {}).some((key) => key !== '$schema');
    if (schema) own.withSchema += 1;
    const found = byName.get(tool.name);
    if (found === undefined) {
      lines.push(`  missed ${tool.name}`);
      continue;
    }
    own.names += 1;
    if (found.gated) {
      total.listedGated += 1;
      lines.push(`  gated, and listed: ${tool.name}`);
    }
    if (folded(found.definition.description) === folded(tool.description)) own.descriptions += 1;
    else
      lines.push(
        `  description of ${tool.name}: ${difference(folded(found.definition.description), folded(tool.description))}`,
      );
    compareHints(tool, found, lines);
    const [ours, theirs] = [found.definition, tool].map((one) => verdictOf(one, listed.package));
    if (ours === theirs) own.verdicts += 1;
    else lines.push(`  verdict of ${tool.name}: ${ours} | ${theirs}`);
    if (!schema) continue;
    if (parametersOf(found.definition.inputSchema) === parameters) own.parameters += 1;
    else {
      const said = found.schemaComplete ? '' : ' (said to be incomplete)';
      if (found.schemaComplete) total.parametersWrong += 1;
      lines.push(`  parameters of ${tool.name}${said}: ${parametersOf(found.definition.inputSchema)} | ${parameters}`);
    }
  }
  const extra = tools.filter(({ definition }) => !names.has(definition.name));
  total.packages += 1;
  total.listed += expected.length;
  total.names += own.names;
  total.descriptions += own.descriptions;
  total.parameters += own.parameters;
  total.withSchema += own.withSchema;
  total.found += tools.length;
  total.verdicts += own.verdicts;
  if (listed.tools === null) total.unlisted += tools.length;
  else {
    total.extra += extra.length;
    total.extraUngated += extra.filter(({ gated }) => !gated).length;
  }
  console.log(
    `${listed.package}@${listed.version}: listed ${listed.tools === null ? 'nothing (it did not start)' : expected.length}, found ${tools.length}, names ${own.names}, descriptions ${own.descriptions}, parameters ${own.parameters} of ${own.withSchema}, verdicts ${own.verdicts}, ${ms} ms`,
  );
  for (const line of lines) console.log(line);
  if (extra.length > 0)
    console.log(
      `  extra: ${extra.map(({ definition, gated }) => `${definition.name}${gated ? ' (gated)' : ''}`).join(', ')}`,
    );
}

function compareHints(
  { name, annotations }: NonNullable<Listed['tools']>[number],
  { definition, notes }: ObservedTool,
  lines: string[],
): void {
  for (const hint of HINTS) {
    const theirs = annotations?.[hint];
    const ours = definition.annotations?.[hint];
    if (theirs !== undefined) total.hints += 1;
    if (theirs === ours) {
      if (theirs !== undefined) total.hintsRead += 1;
      continue;
    }
    if (ours !== undefined) total.hintsWrong += 1;
    else if (!notes.includes(OPEN_HINTS_NOTE)) total.hintsLost += 1;
    lines.push(`  ${hint} of ${name}: ${ours} | ${theirs}`);
  }
}

function verdictOf(definition: object & { readonly name: string }, server: string): string {
  const { category, severity } = classify({ server, ...(definition as JsonObject & { name: string }) }, ruleset);
  return `${category}/${severity}`;
}

/** Names of the parameters at the top of a schema, sorted. */
function parametersOf(schema: unknown): string {
  const parsed = z.object({ properties: z.record(z.string(), z.unknown()).optional() }).safeParse(schema);
  return Object.keys(parsed.data?.properties ?? {})
    .sort()
    .join(', ');
}

function folded(text: string | undefined): string {
  return (text ?? '').replace(/\s+/gu, ' ').trim();
}

/** The first place where two texts part. */
function difference(ours: string, theirs: string): string {
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at += 1;
  const from = Math.max(0, at - 20);
  return `…${ours.slice(from, at + 40)} | …${theirs.slice(from, at + 40)}`;
}
