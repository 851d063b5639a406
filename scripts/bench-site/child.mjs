// One build in a process of its own, so that its peak of memory is its own. Prints the report with `peakMb`.
import { buildSite } from '../../dist/site/build.js';
import { policyTable, rows } from './rows.mjs';

const [tools, out, step, stamps, search] = process.argv.slice(2);
const input = rows(Number(tools), { step: Number(step), stamps: stamps === 'stamps' });
const report = await buildSite(input, {
  out,
  policyTable,
  search: search === 'search',
  baseUrl: 'https://tools.example.com/',
  now: () => performance.now(),
});
process.stdout.write(`${JSON.stringify({ ...report, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`);
