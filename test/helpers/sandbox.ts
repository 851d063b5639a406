import { execFileSync } from 'node:child_process';

/** Whether this machine lets the sandbox be made at all, by the user that would make it; some kernels and containers do not. */
export const hasBwrap = (() => {
  const other = process.getuid?.() === 0 ? { uid: 2_000_000_000, gid: 2_000_000_000 } : {};
  try {
    execFileSync('bwrap', ['--unshare-all', '--unshare-user', '--ro-bind', '/', '/', 'prlimit', 'true'], {
      stdio: 'ignore',
      cwd: '/',
      ...other,
    });
    return true;
  } catch {
    return false;
  }
})();

/** A server on standard input and output, a few lines long; `change` may answer first. */
export const stdioServer = (change: string, start = '') => `
${start}
const tool = { name: 'echo', description: 'Echoes', inputSchema: { type: 'object' } };
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const call = JSON.parse(line);
    if (((call) => { ${change} })(call)) continue;
    if (call.id === undefined) continue;
    if (call.method === 'initialize') say({ id: call.id, result: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'small', version: '1' } } });
    else if (call.method === 'tools/list') say({ id: call.id, result: { tools: [tool] } });
    else say({ id: call.id, error: { code: -32601, message: 'Method not found' } });
  }
});
process.stdin.on('end', () => process.exit());
`;
