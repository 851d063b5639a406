/**
 * Groups of the grammar list that the reader knows by name, each with its bit. What stands in them is data; what they
 * are for is here.
 */
export const GRAMMAR = {
  determiners: 1 << 0,
  adverbs: 1 << 1,
  prepositions: 1 << 2,
  conjunctions: 1 << 3,
  /** What a first sentence may say before its verb: a phrase for "use this tool to". */
  'lead-ins': 1 << 4,
  /** What a later sentence may say before its verb when it speaks of the tool itself. */
  subjects: 1 << 5,
  negations: 1 << 6,
  conditions: 1 << 7,
  'other-tools': 1 << 8,
  examples: 1 << 9,
  'argument-headings': 1 << 10,
  'example-headings': 1 << 11,
  'return-headings': 1 << 12,
  'operation-headings': 1 << 13,
  /** Nouns behind which a word that may be a verb is a noun too. */
  tails: 1 << 14,
  pronouns: 1 << 15,
  /** Verbs that head a name from its end even where another verb begins it. */
  trailing: 1 << 16,
  /** What stands before a verb that says what a thing is for. */
  purposes: 1 << 17,
  /** What stands between the name of a tool and its verb: `the tool can`. */
  modals: 1 << 18,
  /** Words that begin a side clause; what is joined behind them is not what the tool does. */
  relatives: 1 << 19,
  /** Verbs that names glue to what follows: `gettokenprice`. */
  glued: 1 << 20,
  /** What begins a later sentence that speaks of something beside what a call does: where to read on, how it fails. */
  asides: 1 << 21,
  /** What a tool may be called before it is said what it does: `a small helper that`. */
  'tool-nouns': 1 << 22,
  /** Verbs that say what others can do by the tool: `enables agents to search`. */
  enablers: 1 << 23,
  /** Those others. */
  beneficiaries: 1 << 24,
  /** Verbs that may say by which means something else is done: `calls the API to get`; behind some the means is a name. */
  means: 1 << 25,
  connectors: 1 << 26,
  /** Such means. */
  'means-nouns': 1 << 27,
  /** What ends the names of tools and says nothing. */
  suffixes: 1 << 28,
} as const;
export type GrammarGroup = keyof typeof GRAMMAR;

/** The groups by name, with their bits. */
export const GRAMMAR_GROUPS: readonly (readonly [string, number])[] = Object.entries(GRAMMAR);
