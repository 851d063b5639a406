import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { classify, type Ruleset } from '../../src/classify/index.ts';
import { Annotations, type ToolDefinition } from '../../src/model/tool.ts';
import { Category, Severity, type Verdict } from '../../src/model/verdict.ts';

const Tool = z.object({
  server: z.string().default(''),
  name: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  inputSchema: z.json().nullish(),
  annotations: Annotations.nullish().catch(undefined),
});

/** A tool with its authors' own word on reading and destroying. */
export const Labelled = Tool.extend({
  truth: z.object({ readOnly: z.boolean(), destructive: z.boolean().nullable() }),
  label_source: z.string(),
  doubt: z.unknown(),
});
/** A tool with one reader's judgement of category and severity. */
export const Judged = Tool.extend({
  truth: z.object({ category: Category, severity: Severity }),
  basis: z.string(),
  sample: z.string(),
});
/** A tool that is poisoned or not. */
export const Marked = Tool.extend({ label: z.string() });
/** Any tool. */
export const Plain = Tool;

/** A row with the verdict on it. */
export type Ruled<Row> = Row & { readonly verdict: Verdict };

/** Reads JSON Lines with a schema; undefined where the file is not there. */
export function readRows<Schema extends z.ZodType>(folder: string, file: string, schema: Schema) {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): z.infer<Schema> => schema.parse(JSON.parse(line)));
}

/** The definition alone, as a server would send it; without hints unless they are asked for. */
export function definitionOf(row: z.infer<typeof Tool>, hints: boolean): ToolDefinition & { readonly server: string } {
  return {
    server: row.server,
    name: row.name,
    ...(row.title == null ? {} : { title: row.title }),
    ...(row.description == null ? {} : { description: row.description }),
    ...(row.inputSchema == null ? {} : { inputSchema: row.inputSchema }),
    ...(hints && row.annotations != null ? { annotations: row.annotations } : {}),
  };
}

/** Classifies every row. */
export function rule<Row extends z.infer<typeof Tool>>(
  rows: readonly Row[],
  ruleset: Ruleset,
  hints = false,
): readonly Ruled<Row>[] {
  return rows.map((row) => ({ ...row, verdict: classify(definitionOf(row, hints), ruleset) }));
}

/** Whether a server belongs to the third that is held out while the rules are worked on. */
export function isHeldOut(server: string): boolean {
  return BigInt(`0x${createHash('sha256').update(server).digest('hex')}`) % 3n === 0n;
}
