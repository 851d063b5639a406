import * as z from 'zod';
import { AttackPatterns } from '../model/attack-pattern.ts';
import { Cves } from '../model/cve.ts';
import { Directories } from '../model/directory.ts';
import { explain } from '../model/explain.ts';
import { PolicyTable } from '../model/policy-table.ts';
import { CategoryTable, Forms, Override, Rule, SeverityTable, WordList } from '../model/rule.ts';
import { Taxonomies } from '../model/taxonomy.ts';
import { ThreatLexicon, ThreatRule } from '../model/threat.ts';

const Words = z.strictObject({ title: z.string().min(3), text: z.string().min(3) });

/** `data/site.yaml`: how capabilities and discounts are spoken of on pages. */
const SiteWords = z.strictObject({
  capabilities: z.record(z.string(), Words),
  discounts: z.record(z.string(), z.string()),
});

/** Last lines of the scripts that measure, by the npm script that printed them. */
const Figures = z.record(z.string(), z.record(z.string(), z.json()));

/** What each kind of file holds. */
export interface Shapes {
  readonly AttackPatterns: AttackPatterns;
  readonly CategoryTable: CategoryTable;
  readonly Cves: Cves;
  readonly Directories: z.infer<typeof Directories>;
  readonly Figures: z.infer<typeof Figures>;
  readonly Forms: Forms;
  readonly Override: Override;
  readonly PolicyTable: PolicyTable;
  readonly Rule: Rule;
  readonly SeverityTable: SeverityTable;
  readonly SiteWords: z.infer<typeof SiteWords>;
  readonly Taxonomies: Taxonomies;
  readonly ThreatLexicon: ThreatLexicon;
  readonly ThreatRule: ThreatRule;
  readonly WordList: WordList;
}

const SCHEMAS: { readonly [Name in keyof Shapes]: z.ZodType<Shapes[Name]> } = {
  AttackPatterns,
  CategoryTable,
  Cves,
  Directories,
  Figures,
  Forms,
  Override,
  PolicyTable,
  Rule,
  SeverityTable,
  SiteWords,
  Taxonomies,
  ThreatLexicon,
  ThreatRule,
  WordList,
};

/** A value that has its shape, or what is wrong with it, and where. */
export type Checked<Shape> =
  | { readonly kind: 'right'; readonly value: Shape }
  | { readonly kind: 'wrong'; readonly message: string; readonly cause: Error };

/**
 * Checks what a file holds. The built program loads this module when it has to: its schemas take as long to make as
 * everything else that a command needs, and files that are as they were shipped are checked already.
 */
export function checkShape<Name extends keyof Shapes>(name: Name, value: unknown): Checked<Shapes[Name]> {
  const parsed = SCHEMAS[name].safeParse(value);
  if (parsed.success) return { kind: 'right', value: parsed.data };
  return { kind: 'wrong', message: explain(parsed.error), cause: parsed.error };
}
