import { createServer, type Server } from 'node:http';

/** Manifests that the loopback server has. */
export const MANIFESTS = 300;

/** Serves tools/list results whose definitions change with the round, some of them in each. */
export function serveManifests(roundOf: () => number): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((request, response) => {
    const index = Number(/\/m\/(\d+)\.json$/u.exec(request.url ?? '')?.[1] ?? -1);
    if (index < 0) {
      response.writeHead(404).end();
      return;
    }
    const etag = `"${versionOf(index, roundOf())}"`;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json', etag });
    response.end(JSON.stringify(manifest(index, roundOf())));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : 0, server });
    });
  });
}

/** A third of the manifests changes in each round. */
function versionOf(index: number, round: number): number {
  return Math.floor((round + (index % 3)) / 3);
}

function manifest(index: number, round: number): unknown {
  const version = versionOf(index, round);
  const tools = Array.from({ length: 1 + (index % 4) }, (_, i) => ({
    name: `tool_${i}`,
    description: `Version ${version} of tool ${i} of server ${index}`,
    inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
  }));
  return { tools };
}
