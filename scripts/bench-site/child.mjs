// One build in a process of its own, so that its peak of memory is its own. Prints the report with `peakMb` and with
// how long the build took inside the process, without the start of Node and the loading of rules and code.
import { inside } from '../../dist/inside.js';
import { policyTable, rows } from './rows.mjs';

const { buildSite } = await inside.site();
const [tools, out, step, stamps, search, releases] = process.argv.slice(2);
const input = rows(Number(tools), {
  step: Number(step),
  releases: releases === 'releases',
  stamps: stamps === 'stamps',
});
const began = performance.now();
const report = await buildSite(input, {
  out,
  policyTable,
  search: search === 'search',
  baseUrl: 'https://tools.example.com/',
  now: () => performance.now(),
});
const seconds = (performance.now() - began) / 1000;
process.stdout.write(
  `${JSON.stringify({ ...report, inside: seconds, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`,
);
