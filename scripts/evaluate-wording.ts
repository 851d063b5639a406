/**
 * Whether a verdict depends on how something is said: `npm run evaluate:wording`.
 *
 * Each definition of `shapes.ts` is judged as it is and in the words of `evaluation/wordings.ts`. Nobody has to have
 * judged the tools for that: where the two verdicts differ, one of them is wrong. `steady` counts the tools whose verdict
 * is the same in all of them; `milder` the pairs in which other words make it less severe, or a reading of what was none.
 * The last line is JSON.
 */
import { join } from 'node:path';
import { classify } from '../src/classify/index.ts';
import { loadRuleset } from '../src/data/load.ts';
import { CATEGORIES, SEVERITIES, type Verdict } from '../src/model/verdict.ts';
import { jsonShare, share } from './evaluation/figures.ts';
import { WORDINGS } from './evaluation/wordings.ts';
import { readShapes } from './shapes.ts';

const ruleset = loadRuleset(join(import.meta.dirname, '../data'));
const { shapes, real } = readShapes();
const EXAMPLES = 3;

const judged = ({ category, severity }: Verdict) => `${category}/${severity}`;
/** Less severe, or as severe and further from the most dangerous category. */
function isMilder(a: Verdict, b: Verdict): boolean {
  const [before, after] = [SEVERITIES.indexOf(b.severity), SEVERITIES.indexOf(a.severity)];
  return after < before || (after === before && CATEGORIES.indexOf(a.category) > CATEGORIES.indexOf(b.category));
}

const plain = shapes.map((tool) => classify({ ...tool, server: '' }, ruleset));
let pairs = 0;
let changed = 0;
let milder = 0;
const unsteady = new Set<number>();
let worst = { title: '', share: 0 };

for (const { title, say } of WORDINGS) {
  let said = 0;
  const others: string[] = [];
  for (const [i, tool] of shapes.entries()) {
    const other = say(tool);
    const before = plain[i];
    if (other === undefined || before === undefined) continue;
    said++;
    const after = classify({ ...other, server: '' }, ruleset);
    if (judged(after) === judged(before)) continue;
    if (isMilder(after, before)) milder++;
    unsteady.add(i);
    others.push(`${tool.name}: ${judged(before)} -> ${judged(after)}`);
  }
  pairs += said;
  changed += others.length;
  const part = said === 0 ? 0 : others.length / said;
  if (part > worst.share) worst = { title, share: part };
  console.log(`${(100 * part).toFixed(2).padStart(6)} %  ${String(others.length).padStart(5)} of ${said}  ${title}`);
  for (const other of others.slice(0, EXAMPLES)) console.log(`            ${other}`);
}
const round = (value: number) => Number(value.toFixed(5));
console.log(
  JSON.stringify({
    ...{ script: 'evaluate:wording', ruleset: ruleset.version, tools: shapes.length, real_texts: real },
    ...{ wordings: WORDINGS.length, pairs, changed, changed_share: round(changed / pairs) },
    steady: jsonShare(share(shapes.length - unsteady.size, shapes.length)),
    ...{ milder, milder_share: round(milder / pairs), worst: worst.title, worst_share: round(worst.share) },
  }),
);
