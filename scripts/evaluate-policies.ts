/**
 * Proves the policies: `npm run evaluate:policies [-- --pairs N --strings N --servers N --db FILE]`.
 *
 * Made-up policies and calls through every format's engine, hostile texts in every place where a name can stand, and a
 * policy of each strength in each format for every server of the catalogue (`out/catalogue.db`) and for servers of
 * TOOLRISK_CORPORA (else ../shared/corpora), each checked by the engine or the published schema where there is one. The
 * last line is JSON; exit code 1 when anything is not as it must be.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { formats } from '../src/policy/formats/index.ts';
import { checkHostile, hostileStrings } from '../test/policy/support/hostile.ts';
import { comparePairs, compareStreams } from '../test/policy/support/pairs.ts';
import { checkServers } from './policies/check-servers.ts';
import { catalogueServers, corpusServers } from './policies/servers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const corpora = process.env.TOOLRISK_CORPORA ?? join(root, '../shared/corpora');
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '10000' },
    strings: { type: 'string', default: '6000' },
    servers: { type: 'string', default: '150' },
    db: { type: 'string', default: join(root, 'out/catalogue.db') },
    seed: { type: 'string', default: '20261122' },
  },
});
const seed = Number(values.seed);
const print = (line: string) => void process.stdout.write(`${line}\n`);
const show = (faults: readonly string[]) => {
  for (const fault of faults.slice(0, SHOWN)) print(`  FAULT ${fault}`);
};
const SHOWN = 5;

const pairs = comparePairs(Number(values.pairs), seed);
print(`${pairs.pairs} pairs of a policy and a call, ${pairs.unlisted} of a tool that the policy does not list:`);
print('format                  equal  stricter  asks, as it cannot deny  looser or silent');
for (const { id } of formats) {
  const { equal = 0, stricter = 0, asked = 0, faults = [] } = pairs.formats[id] ?? {};
  print(
    `${id.padEnd(22)}${String(equal).padStart(7)}${String(stricter).padStart(10)}${String(asked).padStart(25)}${String(faults.length).padStart(18)}`,
  );
  show(faults);
}
const pairFaults = formats.reduce((sum, { id }) => sum + (pairs.formats[id]?.faults.length ?? 0), 0);

const streams = compareStreams(Math.ceil(pairs.pairs / 10), seed);
print(`${streams.calls} calls in streams with limits through Intercept: ${streams.faults.length} other decisions`);
show(streams.faults);

const naughty = join(corpora, 'naughty-strings.json');
const given = existsSync(naughty) ? z.array(z.string()).parse(JSON.parse(readFileSync(naughty, 'utf8'))) : [];
const hostile = checkHostile(hostileStrings(Number(values.strings), seed, given));
print(
  `${hostile.strings} hostile strings (${given.length} from a list), ${hostile.files} files, ${hostile.calls} calls: ${hostile.faults.length} differences`,
);
show(hostile.faults);

const servers = [
  ...catalogueServers(values.db),
  ...corpusServers(join(corpora, 'tools.jsonl'), Number(values.servers), root),
];
const real = checkServers(servers, join(corpora, '../schemas'), root);
print(`${real.servers} servers with ${real.tools} tools, ${real.files} files: ${real.faults.length} faults`);
for (const [check, count] of Object.entries(real.checks)) print(`  ${check}: ${count}`);
show(real.faults);

const faults = pairFaults + streams.faults.length + hostile.faults.length + real.faults.length;
print(
  JSON.stringify({
    pairs: pairs.pairs,
    unlistedCalls: pairs.unlisted,
    pairFaults,
    streamCalls: streams.calls,
    streamFaults: streams.faults.length,
    strings: hostile.strings,
    stringFiles: hostile.files,
    stringFaults: hostile.faults.length,
    servers: real.servers,
    serverTools: real.tools,
    serverFiles: real.files,
    serverFaults: real.faults.length,
    checks: real.checks,
  }),
);
process.exitCode = faults === 0 ? 0 : 1;
