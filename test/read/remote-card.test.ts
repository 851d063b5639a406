import { afterEach, describe, expect, it } from 'vitest';
import { cardAddresses, readRemoteCard } from '../../src/read/remote-card.ts';
import { type Loopback, loopback, type Reply } from '../helpers/loopback.ts';
import { brief, readWorld } from './world.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const world = readWorld();
const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });

async function card(replies: (url: string) => Readonly<Record<string, Reply>>) {
  server = await loopback((path) => replies(server?.url ?? '')[path]);
  const far = { ...world, client: server.client, operatorOrigins: new Set([server.url]) };
  return { result: await readRemoteCard(`${server.url}/mcp?key=1`, far), asked: server.asked, url: server.url };
}

describe('the card of a remote server', () => {
  it('is asked for at four places, the most specific first', () => {
    expect(cardAddresses('https://n.example/v1/mcp/?k=1')).toEqual([
      'https://n.example/v1/mcp/server-card',
      'https://n.example/.well-known/mcp/server-card.json',
      'https://n.example/.well-known/mcp.json',
      'https://n.example/.well-known/ai-catalog.json',
    ]);
  });

  it('is the first that lists tools', async () => {
    const { result, asked, url } = await card((base) => ({
      '/mcp/server-card': json({ name: 'n', endpoint: `${base}/mcp`, capabilities: { tools: true } }),
      '/.well-known/mcp/server-card.json': json({ name: 'n', endpoint: `${base}/mcp`, tools: [{ name: 'read_note' }] }),
    }));
    expect(brief(result)).toEqual([`remote:${url}/mcp: read_note`]);
    expect(asked).toHaveLength(2);
  });

  it('without tools is better than none', async () => {
    const { result, url } = await card((base) => ({
      '/.well-known/mcp.json': json({ name: 'n', url: `${base}/mcp`, transport: 'http' }),
    }));
    expect(brief(result)).toEqual([`remote:${url}/mcp: `]);
  });

  it('that is a page or not there is told', async () => {
    const { result } = await card(() => ({ '/mcp/server-card': { body: '<html>', type: 'text/html' } }));
    expect(brief(result)).toBe('not-found no-card');
    await world.close();
  });
});
