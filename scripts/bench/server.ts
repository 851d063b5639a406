// Serves tools/list results on loopback: `server.js COUNT`. Prints its port.
import { createServer } from 'node:http';

const count = Number(process.argv[2] ?? 0);
const TOOLS = 5;
const VERBS = ['read', 'list', 'create', 'delete', 'send', 'run', 'update', 'search'];
const THINGS = ['file', 'issue', 'message', 'invoice', 'record', 'page', 'branch'];

/** Five tools, each with a description and three parameters: the size of a small real server. */
const bodies = Array.from({ length: count }, (_, i) =>
  JSON.stringify({
    tools: Array.from({ length: TOOLS }, (_, n) => {
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
    }),
  }),
);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const body = bodies[Number(/^\/m\/(\d+)\.json$/u.exec(request.url ?? '')?.[1] ?? -1)];
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
