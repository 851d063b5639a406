/**
 * Measures the classifier's speed on one thread, with full evidence: `npm run bench:classify`.
 *
 * Prints tools per second, the ratio to `JSON.parse` of the same lines in the same run, how memory grows over the
 * passes, and the time of adversarial texts of 100 kB. Uses tools.jsonl of the corpora (TOOLRISK_CORPORA, else
 * ../shared/corpora) or, where there are none, the frozen shapes of the tests. The last line is JSON.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { inside } from '../dist/inside.js';

const { classify } = await inside.classify();
const { readTools } = await inside.toolLines();
const { loadRuleset } = await inside.rules();
// The built program is measured, without tsx: that marks every inner function, which makes the classifier a third slower.
const { ADVERSARIAL } = await tsImport('./evaluation/adversarial.ts', import.meta.url);

const PASSES = 5;
/** Where a text may stand that is made to slow the classifier down; the slowest place counts. */
const FORMS = [
  (text) => ({ name: 'adversarial', description: text }),
  (text) => ({ name: text }),
  (text) => ({ name: 'adversarial', title: text }),
  (text) => ({ name: 'adversarial', inputSchema: schemaOf({ action: { type: 'string', enum: [text] } }) }),
  (text) => ({ name: 'adversarial', inputSchema: schemaOf({ action: { type: 'string', description: text } }) }),
];
/** Growth of the heap over all passes that is still flat. */
const FLAT_MB = 2;
const root = fileURLToPath(new URL('..', import.meta.url));
const corpus = join(process.env.TOOLRISK_CORPORA ?? join(root, '../shared/corpora'), 'tools.jsonl');
const frozen = join(root, 'test/classify/frozen.jsonl');
const file = existsSync(corpus) ? corpus : frozen;
const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '');
const ruleset = loadRuleset(join(root, 'data'));
const tools = lines
  .flatMap((line) => readTools(line, '') ?? [])
  .flatMap((one) => (one.kind === 'tool' ? [one.tool] : []));

/** Calls of which the middle one counts. */
const HOSTILE_CALLS = 5;
const parse = [];
const judge = [];
const heap = [];
let findings = 0;
for (let pass = 0; pass < PASSES; pass++) {
  parse.push(
    timed(() => {
      for (const line of lines) JSON.parse(line);
    }),
  );
  judge.push(
    timed(() => {
      for (const tool of tools) findings += classify(tool, ruleset).findings.length;
    }),
  );
}
const parseMs = Math.min(...parse);
const judgeMs = Math.min(...judge);
const perSecond = Math.round((tools.length / judgeMs) * 1000);
const ratio = judgeMs / parseMs;
print(`tools               ${tools.length} (${findings / PASSES} findings)`);
print(`JSON.parse          ${parseMs.toFixed(0)} ms`);
print(`classify            ${judgeMs.toFixed(0)} ms, ${perSecond} tools/s on one thread`);
print(`ratio               ${ratio.toFixed(1)} times JSON.parse (at most 20, goal 8)`);
const hostile = {};
/** The slowest of all single calls, which the medians say nothing of: a collection may have fallen into it. */
let hostileWorstMs = 0;
for (const [title, make] of Object.entries(ADVERSARIAL)) {
  const text = make(100_000);
  const times = FORMS.map((form) => hostileTimes(form(text)));
  const ms = Math.max(...times.map((calls) => calls[HOSTILE_CALLS >> 1]));
  const worst = Math.max(...times.map((calls) => calls.at(-1)));
  hostileWorstMs = Math.max(hostileWorstMs, tenths(worst));
  hostile[title] = tenths(ms);
  print(`100 kB ${title.padEnd(22)} ${ms.toFixed(1)} ms, slowest call ${worst.toFixed(1)} ms`);
}
print(`slowest single call ${hostileWorstMs} ms`);
// Memory is looked at in passes of its own: a forced collection throws compiled code away, which costs the next pass its speed.
for (let pass = 0; pass < PASSES; pass++) {
  for (const tool of tools) classify(tool, ruleset);
  globalThis.gc?.();
  heap.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
}
/** What the passes after the first one, which fills the memory of names, leave on the heap. */
const heapGrowthMb = (heap.at(-1) ?? 0) - (heap[0] ?? 0);
const flat = heapGrowthMb <= FLAT_MB;
print(`heap by pass        ${heap.join(', ')} MB, ${flat ? 'flat' : `grows by ${heapGrowthMb} MB`}`);

print(
  JSON.stringify({
    tools: tools.length,
    parseMs,
    judgeMs,
    perSecond,
    ratio,
    heapMb: heap,
    flat,
    hostileMs: hostile,
    hostileWorstMs,
  }),
);

function schemaOf(properties) {
  return { type: 'object', properties };
}

/**
 * Times of a definition that was judged before, shortest first: what a program meets for the first time has yet to be
 * compiled. The middle one counts, since a collection that happens to fall into one of the calls is none of its doing.
 */
function hostileTimes(tool) {
  const judgeOnce = () => void classify({ server: 'x', ...tool }, ruleset);
  judgeOnce();
  const times = Array.from({ length: HOSTILE_CALLS }, () => timed(judgeOnce));
  return times.sort((a, b) => a - b);
}

function tenths(ms) {
  return Math.round(ms * 10) / 10;
}

/** Milliseconds of processor time, which other programs on the machine do not lengthen as they do wall time. */
function timed(run) {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
