// Fetches every manifest with bare undici and reads its bytes: `undici.js ORIGIN COUNT CONCURRENCY`, one line of JSON.
import { Pool } from 'undici';

const [origin = '', count = '0', concurrency = '1'] = process.argv.slice(2);
const pool = new Pool(origin, { connections: Number(concurrency) });
let next = 0;
let bytes = 0;
async function worker(): Promise<void> {
  while (next < Number(count)) {
    const index = next++;
    const { body } = await pool.request({ path: `/m/${index}.json`, method: 'GET' });
    bytes += (await body.arrayBuffer()).byteLength;
  }
}
const began = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: Number(concurrency) }, worker));
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const cpuMs = (user + system) / 1_000;
console.log(JSON.stringify({ ms, cpuMs, bytes, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
