// Tools to be found: real ones where there is a file of them, else made-up ones; more than there are come again under
// other names and servers.
import { readFileSync } from 'node:fs';

const VERBS = ['list', 'get', 'create', 'update', 'delete', 'send', 'run', 'search', 'export', 'restart'];
const NOUNS = ['invoice', 'ticket', 'page', 'cluster', 'message', 'record', 'branch', 'schedule', 'report', 'volume'];
const MADE_UP = VERBS.flatMap((verb) =>
  NOUNS.map((noun) => ({
    name: `${verb}_${noun}`,
    description: `Will ${verb} one ${noun} of the workspace, or all that a filter finds, and says what was done.`,
  })),
);
const TOOLS_PER_SERVER = 15;
const KINDS = [
  ['Read', 'low', 'reads-data'],
  ['Write', 'medium', 'writes-data'],
  ['Destructive', 'high', 'deletes-data'],
  ['Execute', 'critical', 'runs-arbitrary-code'],
];

/** `count` tools as `{ server, slug, name, description, category, severity, capability }`. */
export function* tools(count, file) {
  const shapes =
    file === ''
      ? MADE_UP
      : readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
  for (let i = 0; i < count; i++) {
    const { name, description } = shapes[i % shapes.length];
    const [category, severity, capability] = KINDS[i % KINDS.length];
    const server = `server-${Math.floor(i / TOOLS_PER_SERVER)}`;
    yield {
      server,
      slug: `tool-${i}`,
      name: i < shapes.length ? String(name) : `${name}_${Math.floor(i / shapes.length)}`,
      description: typeof description === 'string' ? description : '',
      category,
      severity,
      capability,
    };
  }
}
