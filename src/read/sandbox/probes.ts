import { readlinkSync } from 'node:fs';
import { SANDBOX } from './bounds.ts';
import { type Machine, type Running, runInside } from './run.ts';

/** How one attempt to break out ended. */
export interface Probe {
  readonly name: string;
  readonly contained: boolean;
  readonly detail: string;
}

/** Longest time of one probe. */
const PROBE_MS = 30_000;

/** What is tried from inside; prints one JSON object. The arguments: a port on loopback, our process id, our home folder. */
const INSIDE = `
const net = require('node:net'), fs = require('node:fs'), os = require('node:os'), cp = require('node:child_process');
const [port, pid, home] = process.argv.slice(1);
const dial = (host, to) => new Promise((done) => {
  const socket = net.connect({ host, port: Number(to) });
  const end = (text) => { socket.destroy(); done(text); };
  socket.on('connect', () => end('connected')).on('error', (error) => end(error.code));
  setTimeout(() => end('silence'), 1500);
});
const attempt = (work) => { try { return String(work()); } catch (error) { return error.code || error.message; } };
const fill = (folder) => attempt(() => {
  const block = Buffer.alloc(1 << 20); let bytes = 0;
  try {
    for (let file = 0; file < 4; file++) {
      const handle = fs.openSync(folder + '/fill' + file, 'w');
      for (let i = 0; i < 100; i++) bytes += fs.writeSync(handle, block);
    }
  } catch {}
  return bytes;
});
(async () => {
  const result = {
    network: await dial('1.1.1.1', 80),
    loopback: await dial('127.0.0.1', port),
    namespace: attempt(() => fs.readlinkSync('/proc/self/ns/net')),
    interfaces: Object.keys(os.networkInterfaces()).filter((name) => name !== 'lo').length,
    home: attempt(() => fs.readdirSync(home).length),
    password: attempt(() => fs.readFileSync('/etc/shadow').length),
    processes: fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length,
    signal: attempt(() => { process.kill(Number(pid), 0); return 'delivered'; }),
    parent: process.ppid,
    user: process.getuid(),
    capabilities: /CapEff:\\s*(\\w+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1],
    privileges: /NoNewPrivs:\\s*(\\d)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1],
    userns: cp.spawnSync('unshare', ['-U', 'true']).status,
    environment: Object.keys(process.env).filter((name) => !['PATH', 'HOME', 'PWD'].includes(name)).length,
    filled: ['/tmp', process.env.HOME].map(fill).map(Number).reduce((a, b) => a + b, 0),
    elsewhere: ['/', '/dev', '/dev/shm', '/srv', '/etc', '/usr', '/home', '/run', '/var'].map(fill).map(Number).filter((n) => n > 65536).length,
  };
  console.log(JSON.stringify(result));
})();
`;

const FORKS = `
const cp = require('node:child_process'); let made = 0;
const more = () => {
  try { const kid = cp.spawn('sleep', ['20'], { stdio: 'ignore' }); kid.on('error', () => {}); if (kid.pid) made++; } catch {}
  if (made < 5000 && Date.now() - start < 4000) setImmediate(more); else { console.log(made); process.exit(); }
};
const start = Date.now(); more();
`;

const MEMORY = `
const held = []; let bytes = 0;
try { while (bytes < 2 ** 31) { held.push(Buffer.alloc(1 << 26, 1)); bytes += 1 << 26; } } catch {}
console.log(bytes);
`;

const OUTPUT = `const line = 'x'.repeat(1 << 16); const more = () => { while (process.stdout.write(line)); process.stdout.once('drain', more); }; more();`;

/**
 * Tries from inside what a hostile server would try. The feature is refused when one of them is not contained.
 *
 * `home` is a folder that must not be seen; `port` is one on which something of ours listens on loopback, if anything
 * does: that the network is another one is shown by its namespace.
 */
export async function selfTest(machine: Machine, home: string, port = 80): Promise<readonly Probe[]> {
  const [inside, forks, memory, output] = await Promise.all([
    printed(machine, [INSIDE, String(port), String(process.pid), home]),
    printed(machine, [FORKS]),
    printed(machine, [MEMORY]),
    endless(machine),
  ]);
  const ours = readlinkSync('/proc/self/ns/net');
  const seen = parse(inside.text);
  const probe = (name: string, contained: boolean, detail: unknown): Probe => ({
    name,
    contained,
    detail: String(detail),
  });
  if (seen === undefined)
    return [probe('start', false, inside.running.errors().trim().slice(-500) || 'nothing was printed')];
  return [
    probe('network', seen.network !== 'connected' && seen.interfaces === 0, seen.network),
    probe('loopback of the machine', seen.loopback !== 'connected' && seen.namespace !== ours, seen.loopback),
    probe('home folder', !/^\d+$/u.test(String(seen.home)) && !/^\d+$/u.test(String(seen.password)), seen.home),
    probe('other processes', Number(seen.processes) < 8, `${seen.processes} seen`),
    probe('signal to the parent', seen.signal !== 'delivered', seen.signal),
    probe(
      'user and capabilities',
      Number(seen.user) !== 0 && /^0+$/u.test(String(seen.capabilities)) && seen.privileges === '1',
      `user ${seen.user}, capabilities ${seen.capabilities}`,
    ),
    probe('user namespace', seen.userns !== 0, `exit ${seen.userns}`),
    probe('environment', seen.environment === 0, `${seen.environment} variables`),
    probe('disk fill', Number(seen.filled) <= 2 * SANDBOX.folderBytes && seen.elsewhere === 0, `${seen.filled} bytes`),
    probe(
      'fork bomb',
      Number(forks.text) > 0 ? Number(forks.text) <= SANDBOX.processes : forks.code !== 0,
      `${forks.text.trim()} processes`,
    ),
    probe('allocation of 2 GiB', !(Number(memory.text) >= 2 ** 31), memory.text.trim() || `exit ${memory.code}`),
    probe('endless output', output === 'output', output),
  ];
}

async function printed(machine: Machine, script: readonly string[]) {
  const [source = '', ...args] = script;
  const running = runInside({ command: ['node', '-e', source, ...args], env: {} }, machine, PROBE_MS);
  const text = await readAll(running);
  return { running, text, code: await running.ended };
}

async function readAll(running: Running): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of running.output) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function endless(machine: Machine): Promise<string> {
  const running = runInside({ command: ['node', '-e', OUTPUT], env: {} }, machine, PROBE_MS);
  for await (const _ of running.output);
  await running.ended;
  return running.cut() ?? 'ended by itself';
}

type Seen = Readonly<Record<string, unknown>>;

function parse(text: string): Seen | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
