// Keeps the last line of a benchmark, torture or evaluation script, for the README and the pages:
//   npm run --silent bench:classify | npx tsx scripts/record-figure.ts bench:classify
// The figures stand in data/figures.json under the name of the npm script that printed them.
import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

const FILE = new URL('../data/figures.json', import.meta.url);
const Figures = z.record(z.string(), z.record(z.string(), z.json()));

const [name] = process.argv.slice(2);
if (name === undefined) throw new Error('name the npm script whose output this is');
const output = await text(process.stdin);
process.stdout.write(output);
const last = output.trimEnd().split('\n').at(-1) ?? '';
const figures = Figures.parse(JSON.parse(readFileSync(FILE, 'utf8')));
const all = { ...figures, [name]: z.record(z.string(), z.json()).parse(JSON.parse(last)) };
const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(sorted, undefined, 2)}\n`);
