import { type DataPlace, openData } from './folder.ts';
import type { Shapes } from './shapes.ts';

/** Last lines of the scripts that measure, by the npm script that printed them. */
export type Figures = Shapes['Figures'];

/** Where they are, in the data folder. */
export const FIGURES_FILE = 'figures.json';

/** One measured share: `hits` of `of`, with its 95 % Wilson interval from 0 to 1. */
export interface MeasuredShare {
  readonly sample: string;
  readonly measure: string;
  readonly hits: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

/** Where in the line of a script, `evaluate` where none is named, each share of the accuracy table stands. */
const SHARES: readonly {
  readonly script?: string;
  readonly path: readonly string[];
  readonly sample: string;
  readonly measure: string;
}[] = [
  {
    path: ['labelled', 'strict'],
    sample: 'tools with labels of their authors, strict',
    measure: 'read or not read is right',
  },
  {
    path: ['labelled', 'mutatingCalledRead'],
    sample: 'tools with labels of their authors, strict',
    measure: 'changing tools that are called Read (lower is better)',
  },
  {
    path: ['labelled', 'deletePrecision'],
    sample: 'tools with labels of their authors',
    measure: 'tools called Destructive that delete',
  },
  {
    path: ['labelled', 'deleteRecall'],
    sample: 'tools with labels of their authors',
    measure: 'deleting tools that are called Destructive',
  },
  {
    path: ['labelled', 'unknown'],
    sample: 'tools with a description',
    measure: 'Unknown (lower is better)',
  },
  { path: ['judged', 'category'], sample: 'tools judged by a person, with description', measure: 'category is right' },
  {
    path: ['judged', 'severityExact'],
    sample: 'tools judged by a person, with description, Destructive apart',
    measure: 'severity is right',
  },
  {
    path: ['judged', 'severityNear'],
    sample: 'tools judged by a person, with description, Destructive apart',
    measure: 'severity is right within one step',
  },
  { path: ['judged', 'nameOnlyAnswered'], sample: 'tools of which only the name is known', measure: 'answered' },
  {
    path: ['judged', 'nameOnlyRight'],
    sample: 'tools of which only the name is known',
    measure: 'category is right where answered',
  },
  {
    path: ['readBlind', 'blind', 'uniform'],
    sample: 'tools that the rules were never worked on with, read by somebody who saw no verdict',
    measure: 'category is right',
  },
  {
    path: ['readBlind', 'blind', 'uniformSure'],
    sample: 'of these, where the reader had no doubt',
    measure: 'category is right',
  },
  {
    path: ['readBlind', 'blind', 'uniformSeverity'],
    sample: 'tools that the rules were never worked on with, read by somebody who saw no verdict',
    measure: 'severity is right',
  },
  {
    path: ['readBlind', 'blind', 'nameOnlyRight'],
    sample: 'tools that the rules were never worked on with, of which only the name is known',
    measure: 'category is right where answered',
  },
  {
    script: 'evaluate:wording',
    path: ['steady'],
    sample: 'real tools',
    measure: 'judged the same in every other wording of name, description and parameters',
  },
  { path: ['threats', 'recall'], sample: 'poisoned definitions', measure: 'found' },
  {
    path: ['writtenThreats', 'unseen'],
    sample: 'attacks in many styles, written by somebody who had not seen the rules',
    measure: 'with any sign of an attack',
  },
  {
    path: ['writtenThreats', 'unseenStrong'],
    sample: 'attacks in many styles, written by somebody who had not seen the rules',
    measure: 'with a strong sign of an attack',
  },
  {
    path: ['writtenThreats', 'benignStrong'],
    sample: 'honest definitions that look like attacks, written by somebody who had not seen the rules',
    measure: 'with a strong sign of an attack (lower is better)',
  },
  {
    path: ['threats', 'benign'],
    sample: 'benign definitions',
    measure: 'with a strong sign of an attack (lower is better)',
  },
  {
    path: ['threats', 'tools'],
    sample: 'real tools',
    measure: 'with a strong sign of an attack (lower is better)',
  },
];

/** How the accuracy is measured, for the page and the README. */
export const ACCURACY_METHOD =
  'The classifier sees name, description and schema; the authors’ own hints are left out, because they are the labels. All samples but those that say otherwise were looked at while the rules were written, and flatter them: on tools that nobody has looked at expect what those others show. Intervals are 95 % Wilson intervals. `npm run evaluate` prints all of it: each mistake with its findings, the confusion of categories, and the calibration of the confidence; `npm run evaluate:wording` judges each tool again in other words that mean the same. The real tools and what others said of them are not ours to ship: both commands read them from the folder that TOOLRISK_CORPORA names, and without it measure the few shapes and the written texts that are here, with other figures.';

/** Reads `data/figures.json`; a file that is not there holds no figures. Throws `DataError`. */
export function loadFigures(place: DataPlace): Figures {
  const data = openData(place);
  return data.has(FIGURES_FILE) ? data.checked(FIGURES_FILE, 'Figures') : {};
}

/** The measured shares of the classifier, in the order of the table; what was not measured is left out. */
export function accuracyOf(figures: Figures): readonly MeasuredShare[] {
  return SHARES.flatMap(({ script = 'evaluate', path, sample, measure }) => {
    const share = at(figures[script], path);
    const [hits, of, low, high] = ['hits', 'of', 'low', 'high'].map((key) => at(share, [key]));
    if (!isNumber(hits) || !isNumber(of) || !isNumber(low) || !isNumber(high)) return [];
    return { sample, measure, hits, of, low, high };
  });
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
