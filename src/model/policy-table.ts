import * as z from 'zod';
import { Decision, type RateLimit, Scalar, Strength, WINDOWS } from './policy.ts';
import { CATEGORIES, Category, Severity } from './verdict.ts';

/** What the table says for one category, severity and strength. */
export interface Cell {
  readonly decision: Decision;
  readonly limits: readonly RateLimit[];
  readonly hide: boolean;
}

const CELL = /^(allow|ask|deny)( hide)?((?: [1-9][0-9]*\/(?:minute|hour|day))*)$/u;

/** A cell as it is written: `ask 10/minute 50/day`, `deny hide`. */
export const CellText = z.string().transform((text, context): Cell => {
  const match = CELL.exec(text);
  if (match === null) {
    context.addIssue({ code: 'custom', message: `"${text}" is no cell: write "ask 10/minute" or "deny hide"` });
    return z.NEVER;
  }
  const [, word, hide, limits = ''] = match;
  const decision = Decision.parse(word);
  if (hide !== undefined && decision !== 'deny') {
    context.addIssue({ code: 'custom', message: `"${text}": only a denied tool can be hidden` });
  }
  return { decision, hide: hide !== undefined, limits: limits.split(' ').filter(Boolean).map(limitOf) };
});

function limitOf(text: string): RateLimit {
  const [max = '', name] = text.split('/');
  const window = WINDOWS.find((candidate) => candidate === name) ?? 'day';
  return { max: Number(max), window, per: 'tool' };
}

const perStrength = <T extends z.ZodType>(value: T) =>
  z.strictObject({ permissive: value, recommended: value, strict: value });
const perSeverity = <T extends z.ZodType>(value: T) =>
  z.strictObject({ low: value, medium: value, high: value, critical: value });

/** Words of an identifier or a text, one phrase. */
const Phrase = z.array(z.string()).min(1);

/** How a parameter's own description says what it holds, whatever its name. */
export const DescribedAs = z.strictObject({
  /** One of these phrases is wholly among the first words … */
  phrases: z.array(Phrase).min(1),
  /** … which are so many, … */
  within: z.int().positive(),
  /** … and none of these words is among them. */
  not: z.array(z.string()),
});
export type DescribedAs = z.infer<typeof DescribedAs>;

/**
 * Names that hold one in a tool that does something to it: where the tool has two such parameters, or one beside a
 * parameter that surely holds one. A parameter with a description has to say so itself.
 */
export const HandledAs = z.strictObject({
  words: z.array(Phrase).min(1),
  /** The tool's name has one of these words … */
  deeds: z.array(z.string()).min(1),
  /** … and one of these, or its description has one at most `near` words after a deed. */
  things: z.array(z.string()).min(1),
  near: z.int().positive(),
});
export type HandledAs = z.infer<typeof HandledAs>;

/** A kind of parameter that is worth a constraint, and the value that it must have. */
export const ParameterRule = z.strictObject({
  id: z.string(),
  /** What a reader sets, as the end of "set ID to …"; absent where the value is fixed. */
  text: z.string().optional(),
  kind: z.enum(['prefix', 'host', 'one-of', 'maximum', 'equals']),
  /** The value of an `equals` that nobody has to set. */
  value: Scalar.optional(),
  /** JSON Schema types that such a parameter has; another type is not taken for one. */
  types: z.array(z.enum(['string', 'number', 'integer', 'boolean'])).min(1),
  /** Words at the end of the parameter's name, after splitting: `["file", "path"]` fits `sourceFilePath`. */
  words: z.array(Phrase).min(1),
  /** Values of JSON Schema's `format` that say so, whatever the name. */
  formats: z.array(z.string()).optional(),
  described: DescribedAs.optional(),
  handled: HandledAs.optional(),
  /** Categories of tools that it is asked of. */
  categories: z.array(Category).min(1),
  /** The severity from which it is needed, by strength; a strength that is left out does not need it. */
  from: z.partialRecord(Strength, Severity),
});
export type ParameterRule = z.infer<typeof ParameterRule>;

/** The table from verdict to rule: `data/policy.yaml`. */
export const PolicyTable = z
  .strictObject({
    /** Days from the newest definition to the policy's expiry. */
    validDays: z.int().positive(),
    cells: z.record(Category, perSeverity(perStrength(CellText))),
    /** An allowed tool whose verdict is less sure than this is asked for. */
    sureFrom: perStrength(z.number().min(0).max(1)),
    /** The least that signs of an attack in a definition cost. */
    threats: z.strictObject({ strong: perStrength(Decision), weak: perStrength(Decision) }),
    /** The decision while a needed parameter is not set, and for a call that breaks a constraint of an allowed tool. */
    unset: perStrength(Decision),
    otherwise: perStrength(Decision),
    /** Calls to the whole server. */
    server: perStrength(
      z.array(
        z
          .string()
          .regex(/^[1-9][0-9]*\/(minute|hour|day)$/u)
          .transform((text) => ({ ...limitOf(text), per: 'server' as const })),
      ),
    ),
    parameters: z.array(ParameterRule),
  })
  .superRefine((table, context) => {
    const bad = (message: string) => context.addIssue({ code: 'custom', message });
    for (const strength of Strength.options) {
      const critical = table.cells.Execute.critical[strength];
      if (critical.decision === 'allow')
        bad(`cells.Execute.critical.${strength}: critical Execute is never plainly allowed`);
      if (critical.limits.length === 0 && critical.decision !== 'deny')
        bad(`cells.Execute.critical.${strength}: critical Execute is rate-limited besides`);
      for (const severity of Severity.options)
        if (table.cells.Unknown[severity][strength].decision === 'allow')
          bad(`cells.Unknown.${severity}.${strength}: unknown is never safe`);
    }
    for (const category of CATEGORIES) {
      if (table.cells[category] === undefined) bad(`cells.${category} is missing`);
    }
    for (const rule of table.parameters) {
      if (rule.kind === 'equals' && rule.value === undefined) bad(`parameters.${rule.id}: an "equals" needs its value`);
      if (rule.kind !== 'equals' && rule.text === undefined)
        bad(`parameters.${rule.id}: say in "text" what a reader sets`);
    }
  });
export type PolicyTable = z.infer<typeof PolicyTable>;
