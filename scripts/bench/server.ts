// Serves tools/list results on loopback: `server.js COUNT`. Prints its port.
import { createServer } from 'node:http';

const count = Number(process.argv[2] ?? 0);
const VERBS = ['read', 'list', 'create', 'delete', 'send', 'run', 'update', 'search'];
const THINGS = ['file', 'issue', 'message', 'invoice', 'record', 'page', 'branch'];

/** Of ten manifests so many are a registry's description of a server; the others list tools, as in a real crawl. */
const DESCRIPTIONS_OF_TEN = 7;
const TOOLS = 3;

/** A registry's entry: no tools, but facts and a remote. */
function description(i: number): unknown {
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: `io.example/server-${i}`,
    description: `Works with ${THINGS[i % THINGS.length]}s of project ${i}`,
    version: '1.0.2',
    repository: { url: `https://github.com/example/server-${i}`, source: 'github' },
    // A template, as many entries have: it names no address that could be visited.
    remotes: [{ type: 'streamable-http', url: 'https://{tenant}.example.com/mcp' }],
  };
}

/** Three tools, each with a description and three parameters. */
function toolsList(i: number): unknown {
  const tools = Array.from({ length: TOOLS }, (_, n) => {
    const verb = VERBS[(i + n) % VERBS.length];
    const thing = THINGS[(i * 3 + n) % THINGS.length];
    return {
      name: `${verb}_${thing}_${n}`,
      description: `Will ${verb} a ${thing} of project ${i}. Returns the ${thing} as it is afterwards, with its id.`,
      inputSchema: {
        type: 'object',
        properties: {
          id: { type: 'string', description: `Id of the ${thing}` },
          limit: { type: 'integer', minimum: 1, maximum: 100 },
          format: { type: 'string', enum: ['json', 'text'] },
        },
        required: ['id'],
      },
    };
  });
  return { tools };
}

const bodies = Array.from({ length: count }, (_, i) =>
  JSON.stringify(i % 10 < DESCRIPTIONS_OF_TEN ? description(i) : toolsList(i)),
);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const body = bodies[Number(/^\/m\/(\d+)\.json(?:\?|$)/u.exec(request.url ?? '')?.[1] ?? -1)];
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body ?? ''),
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' && address !== null ? address.port : 0);
});
