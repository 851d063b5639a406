import * as z from 'zod';

/** Id of a threat rule: its file's name without `.yaml`. */
const RuleId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u);

/** Strong: an attack by itself. Weak: a sign that honest servers show too. */
export const ThreatStrength = z.enum(['strong', 'weak']);
export type ThreatStrength = z.infer<typeof ThreatStrength>;

/** What an example may say of a tool; a bare string is a description. */
export const ThreatExample = z.union([
  z.string(),
  z.strictObject({
    name: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    inputSchema: z.json().optional(),
    /** A server's own instructions instead of a tool. */
    instructions: z.string().optional(),
  }),
  /** Several tools of several servers, for rules that look at neighbours. */
  z.strictObject({
    tools: z.array(z.strictObject({ server: z.string(), name: z.string(), description: z.string().optional() })).min(2),
  }),
]);
export type ThreatExample = z.infer<typeof ThreatExample>;

/** The shapes in which a text pretends to be markup or another speaker's turn. */
export const TAG_SHAPES = ['angle', 'square', 'pipe', 'comment', 'label', 'heading', 'image', 'braces'] as const;
export const TagShape = z.enum(TAG_SHAPES);
export type TagShape = z.infer<typeof TagShape>;

/** Classes of characters that a reader does not see or takes for others; `src/classify/unicode.ts` decides by context. */
export const CHARACTER_CLASSES = [
  'tag',
  'bidi-control',
  'direction-mark',
  'zero-width-in-word',
  'zero-width',
  'joiner',
  'soft-hyphen',
  'variation-run',
  'invisible-filler',
  'control',
  'terminal-escape',
  'lone-surrogate',
  'mixed-script',
  'mixed-script-among-words',
] as const;
export const CharacterClass = z.enum(CHARACTER_CLASSES);
export type CharacterClass = z.infer<typeof CharacterClass>;

/**
 * What a rule looks for. A phrase is whole words with, between them: `{set}` one member of a word list, `~N` up to N
 * words of the same sentence, `word?` an optional word, `<email>`, `<url>`, `<identifier>` one thing of that kind, `<end>`
 * the end of a clause.
 */
export const ThreatLook = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('phrases'),
    phrases: z.array(z.string().min(1)).min(1),
    /** Words that make a phrase harmless when one of them stands shortly before it. */
    unlessAfter: z.array(z.string()).optional(),
    /** How many words before it; 2 where it is not said. */
    unlessWithin: z.int().positive().max(10).optional(),
    /** Words that make a phrase harmless when one of them stands inside it. */
    unlessInside: z.array(z.string()).optional(),
    /** Words that make a phrase harmless when one of them stands directly behind it; `'s` is the ending of a genitive. */
    unlessNext: z.array(z.string()).optional(),
    /** What the phrase is where a tool's description opens with it: there it says what the tool does. */
    opening: z.literal('weak').optional(),
    /** A rule that says more: where it fires at the same place, this one is silent. */
    yieldsTo: RuleId.optional(),
  }),
  z.strictObject({
    kind: z.literal('tags'),
    tags: z
      .array(
        z.strictObject({
          shape: TagShape,
          names: z.array(z.string().min(1)),
          /** Whether only tags in capitals count, or only others. */
          loud: z.boolean().optional(),
        }),
      )
      .min(1),
  }),
  /** Names of parameters, as words: `system prompt` finds `_systemPrompt_`. */
  z.strictObject({ kind: z.literal('parameters'), names: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ kind: z.literal('characters'), classes: z.array(CharacterClass).min(1) }),
  /** A tool's name that is not what names are made of. */
  z.strictObject({ kind: z.literal('names') }),
  /** Text that decodes to a readable sentence. */
  z.strictObject({ kind: z.literal('encoded') }),
  /** Blank space that pushes what follows out of sight. */
  z.strictObject({ kind: z.literal('padding'), spaces: z.int().positive(), lines: z.int().positive() }),
  /** Something that shows only beside the other tools of the catalogue. */
  z.discriminatedUnion('check', [
    z.strictObject({ kind: z.literal('neighbours'), check: z.literal('same-looking-name') }),
    z.strictObject({
      kind: z.literal('neighbours'),
      check: z.literal('names-other-tool'),
      /** Words that make a sentence with another tool's name an order. */
      words: z.array(z.string()).min(1),
    }),
  ]),
  /** Several other rules in one text: signs that are weak alone and not together. */
  z.strictObject({
    kind: z.literal('together'),
    of: z.array(RuleId).min(2),
    /** One is enough only with words beside it. */
    atLeast: z.int().min(1),
    /** Characters from the first to the last of them: in a manual of many pages they meet by chance. */
    within: z.int().positive(),
    /** Words of which one must stand beside them, no farther than that. */
    beside: z.array(z.string().min(1)).min(1).optional(),
  }),
]);
export type ThreatLook = z.infer<typeof ThreatLook>;

/** One threat rule with its proof: `data/rules/threats/ID.yaml`. */
export const ThreatRule = z.strictObject({
  id: RuleId,
  title: z.string().min(1),
  strength: ThreatStrength,
  /** Why it matters, for people. */
  why: z.string().min(1),
  /** What to do about it. */
  remediation: z.string().min(1),
  /** Ids of `data/taxonomies.yaml`. */
  references: z.array(z.string()).min(1),
  look: ThreatLook,
  /** Word lists of this rule alone, by name. */
  sets: z.record(z.string(), z.array(z.string().min(1)).min(1)).optional(),
  examples: z.strictObject({ match: z.array(ThreatExample).min(2), 'no-match': z.array(ThreatExample).min(2) }),
});
export type ThreatRule = z.infer<typeof ThreatRule>;

/** Word lists that several threat rules share: `data/lexicon/threat-words.yaml`. */
export const ThreatLexicon = z.strictObject({
  sets: z.record(z.string(), z.array(z.string().min(1)).min(1)),
  /** What a short form stands for: `don't` is `do not`. */
  contractions: z.record(z.string(), z.string()),
  /** Words that honest texts are full of, the most frequent first: the others decide whether a text is read closely. */
  common: z.array(z.string()),
  /** Words before a quotation that say it is talked about, not said: `detects`, `such as`. */
  mentions: z.array(z.string()),
  /** Words right before a tag that say it is an example: `such as`. */
  likens: z.array(z.string()),
  /** Words after a tag that say it is talked about: `tags`. */
  markup: z.array(z.string()),
  /** Words that open a sentence about what a tool looks for: `Flags requests to …`. */
  reports: z.array(z.string()),
  /** Words of an order, after which such a sentence says more than that. */
  urges: z.array(z.string()),
  /** Those who do what a sentence warns of: `attackers`. */
  actors: z.array(z.string()),
});
export type ThreatLexicon = z.infer<typeof ThreatLexicon>;
