import * as z from 'zod';
import { Annotations } from './tool.ts';
import { Category, Severity } from './verdict.ts';

/** An id of our own data files: lower case words joined by hyphens. */
const Id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u);
const Sentence = z.string().trim().min(5);

/**
 * Where words are looked for, strongest evidence first. `lead` is what the first sentence of the description does,
 * `later` what a later sentence says the tool does, `text` the whole description, `instructions` texts of parameters.
 */
export const PLACES = ['operation', 'name', 'title', 'lead', 'later', 'text', 'parameter', 'parameter-text'] as const;
export const Place = z.enum(PLACES);
export type Place = z.infer<typeof Place>;

/** How much one look says, as a factor on the weight of its place. */
export const WEIGHTS = ['weak', 'normal', 'strong', 'decisive'] as const;
export const Weight = z.enum(WEIGHTS);
export type Weight = z.infer<typeof Weight>;

const groups = z.array(Id).min(1);
const places = z.array(Place).min(1);
const weight = Weight.optional();

/** A verb of a group, optionally only with (or without) some nouns as its object or anywhere in its clause. */
export const VerbLook = z.strictObject({
  verb: groups,
  object: groups.optional(),
  notObject: groups.optional(),
  clause: groups.optional(),
  notClause: groups.optional(),
  /** The noun must be the last word of the object: `an email`, and not `an email template`. */
  head: z.boolean().optional(),
  /** Only a verb that is joined to the one before it: `searches, waits and returns`. */
  joined: z.boolean().optional(),
  in: places,
  weight,
});
/** A phrase of a group, anywhere in the named places. */
export const PhraseLook = z.strictObject({
  phrase: groups,
  /**
   * In a description only where it is said of the tool: not behind the sentence that tells what the tool does, or as a
   * sentence of its own. `No changes are made.` is, `No changes are made to the index.` is not.
   */
  ofTool: z.boolean().optional(),
  /** Categories that the phrase speaks against: `No funds are moved.` says nothing of a tool that deletes. Default: all. */
  denies: z.array(Category).min(1).optional(),
  in: places,
  weight,
});
/** A noun of a group as the head of a name, title or first sentence that has no verb. */
export const NounLook = z.strictObject({ noun: groups, in: places, weight });
/** A parameter whose whole name stands in a group. */
export const ParameterLook = z.strictObject({ parameter: groups, in: places.optional(), weight });

/**
 * A hint of the server's own, where the words led to one of these categories. A rule with such a look and a category
 * turns the verdict into that category, at a confidence of at most `confidence`; hints never loosen.
 */
export const HintLook = z.strictObject({
  hint: z.enum(['readOnlyHint', 'destructiveHint']),
  is: z.boolean(),
  categories: z.array(Category).min(1),
  confidence: z.number().min(0).max(1).optional(),
});
export type HintLook = z.infer<typeof HintLook>;

/** One thing that a rule looks for, and where. */
export const Look = z.union([VerbLook, PhraseLook, NounLook, ParameterLook, HintLook]);
export type Look = z.infer<typeof Look>;

/** A tool small enough to stand in a rule file. */
export const ToolExample = z.strictObject({
  server: z.string().optional(),
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.json().optional(),
  annotations: Annotations.optional(),
  /** What the whole verdict must say, where the example proves more than its own rule. */
  category: Category.optional(),
  severity: Severity.optional(),
});
export type ToolExample = z.infer<typeof ToolExample>;

/** One rule. It cannot exist without its proof: at least two tools that it fires on and two that it leaves alone. */
export const Rule = z.strictObject({
  id: Id,
  title: Sentence,
  capability: Id,
  /** What a call does when this rule fires; absent for facts that move the severity only. */
  category: Category.exclude(['Unknown']).optional(),
  /** A verdict that rests on rules with this mark alone is at most so sure: what they find is often judged otherwise. */
  confidence: z.number().min(0).max(1).optional(),
  looks: z.array(Look).min(1),
  why: Sentence,
  remediation: Sentence,
  /** Ids of `data/taxonomies.yaml`. */
  references: z.array(z.string()),
  examples: z.strictObject({
    match: z.array(ToolExample).min(2),
    'no-match': z.array(ToolExample).min(2),
  }),
});
export type Rule = z.infer<typeof Rule>;

/** What a list of words is: verbs and nouns inflect, phrases are taken word by word, parameters are names of schema properties. */
export const WORD_KINDS = ['verbs', 'nouns', 'phrases', 'parameters', 'grammar'] as const;
export const WordKind = z.enum(WORD_KINDS);
export type WordKind = z.infer<typeof WordKind>;

/** One word list of `data/lexicon/`. */
export const WordList = z.strictObject({
  kind: WordKind,
  /** Key of `data/lexicon/forms.yaml`; absent where every form is listed as it stands. */
  forms: z.string().optional(),
  /** Words that are nouns at least as often as verbs. */
  ambiguous: z.array(z.string()).optional(),
  /** Forms that the table of endings gets wrong: word → third person, past, gerund. */
  irregular: z.record(z.string(), z.tuple([z.string(), z.string(), z.string()])).optional(),
  groups: z.record(Id, z.array(z.string()).min(1)),
});
export type WordList = z.infer<typeof WordList>;

/** How words of one language change: the first line whose ending fits, what is cut off, and the four endings. */
export const Forms = z.record(
  z.string(),
  z.array(
    z.strictObject({
      endings: z.array(z.string()),
      cut: z.int().nonnegative(),
      third: z.string(),
      past: z.string(),
      /** Like `third`, the letters that are added after cutting `cut` letters. */
      gerund: z.string(),
    }),
  ),
);
export type Forms = z.infer<typeof Forms>;

/** `data/categories.yaml`: what each category means and how evidence is weighed. */
export const CategoryTable = z.strictObject({
  categories: z.record(
    Category,
    z.strictObject({ title: z.string(), text: Sentence, examples: z.array(z.string()).min(1) }),
  ),
  /** Weight of evidence by its place. */
  places: z.record(Place, z.number().positive()),
  /** Factor by the rule's own weight. */
  weights: z.record(Weight, z.number().positive()),
  /** A category counts when it has this share of the heaviest one's weight; the most dangerous that counts wins. */
  share: z.number().min(0).max(1),
  /** Evidence of less weight says nothing. */
  least: z.number().positive(),
  /** Where nothing else tells the category: what a capability implies, the first line that fits. */
  implied: z.array(z.strictObject({ capabilities: z.array(Id).min(1), category: Category, reason: z.string() })),
  /** Confidence of a verdict that is implied by a capability. */
  impliedConfidence: z.number().min(0).max(1),
  /** Confidence of a verdict without evidence, and where no line below fits. */
  unknown: z.number().min(0).max(1),
  /** Confidence by what speaks for and against; the first line that fits. */
  confidence: z.array(
    z.strictObject({
      when: z.strictObject({
        category: z.array(Category).optional(),
        /** Least total weight for the winner. */
        atLeast: z.number().optional(),
        /** Least number of different places that speak for the winner. */
        places: z.int().optional(),
        /** One of these places speaks for the winner. */
        from: z.array(Place).optional(),
        /** Most weight against it, as a share of the winner's. */
        against: z.number().optional(),
      }),
      confidence: z.number().min(0).max(1),
      reason: z.string(),
    }),
  ),
});
export type CategoryTable = z.infer<typeof CategoryTable>;

/** One line of the severity table: which capabilities move which categories, and how. */
export const SeverityMove = z.strictObject({
  id: Id,
  categories: z.array(Category).min(1),
  /** Capabilities, one of which must have been found. */
  capabilities: z.array(Id).min(1),
  /** None of these may have been found. */
  unless: z.array(Id).optional(),
  /** `up` and `down` go one step; a level is a floor, and with `lower` a ceiling. */
  to: z.union([z.enum(['up', 'down']), Severity]),
  lower: z.boolean().optional(),
  reason: z.string(),
});
export type SeverityMove = z.infer<typeof SeverityMove>;

/** `data/severities.yaml`. */
export const SeverityTable = z.strictObject({
  severities: z.record(Severity, z.strictObject({ title: z.string(), text: Sentence })),
  /** Where each category starts. */
  start: z.record(Category, Severity),
  moves: z.array(SeverityMove),
});
export type SeverityTable = z.infer<typeof SeverityTable>;

/** A person's correction, `data/overrides/*.yaml`. */
export const Override = z.strictObject({
  server: z.string(),
  tool: z.string(),
  verdict: z.strictObject({ category: Category, severity: Severity }),
  reason: Sentence,
  /** Who says so: the address of a person or a thread. */
  link: z.url({ protocol: /^https$/u }),
  /** ISO date; from that day on the correction no longer counts. */
  expires: z.iso.date(),
});
export type Override = z.infer<typeof Override>;
