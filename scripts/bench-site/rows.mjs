// Rows of a made-up catalogue for the benchmark: the same for the same numbers, as heavy as real ones.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { inside } from '../../dist/inside.js';

const { loadPolicyTable, siteTables } = await inside.site();
const DATA = join(import.meta.dirname, '..', '..', 'data');
const TOOLS_PER_SERVER = 15;
const SEEN = Date.UTC(2026, 0, 15);
const CHANGED = Date.UTC(2026, 1, 15);
/** Changes that a catalogue gives for the pages of all changes. */
const NEWEST = 200;
const VERBS = ['list', 'get', 'create', 'update', 'delete', 'send', 'run', 'search', 'export', 'restart'];
const NOUNS = ['invoice', 'ticket', 'page', 'cluster', 'message', 'record', 'branch', 'schedule', 'report', 'volume'];
const WORDS =
  'Returns a structured summary of the matching items in the workspace with their owner, state and the time of the last change; results are paged and can be narrowed by a filter expression. Use the smallest page that serves, and ask for further pages only where they are needed.'.split(
    ' ',
  );
const KINDS = [
  ['Read', 'low', 'reads-data', 'reads-data'],
  ['Read', 'medium', 'reads-private-data', 'reads-private-data'],
  ['Write', 'medium', 'creates-data', 'writes-data'],
  ['Write', 'high', 'changes-access', 'changes-access'],
  ['Destructive', 'high', 'deletes-data', 'deletes-data'],
  ['Communication', 'high', 'sends-messages', 'sends-messages'],
  ['Execute', 'critical', 'runs-arbitrary-code', 'runs-arbitrary-code'],
];

export const policyTable = loadPolicyTable(DATA);

/** Texts that were asked for: a catalogue has its texts ready. */
const texts = new Map();

/** Words from a fixed text, different for each tool. */
function text(seed, words) {
  const first = (seed * 7) % WORDS.length;
  const key = `${first} ${words}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const made = Array.from({ length: words }, (_, i) => WORDS[(first + i) % WORDS.length]).join(' ');
  texts.set(key, made);
  return made;
}

function nameOf(n) {
  const verb = VERBS[n % VERBS.length];
  const noun = NOUNS[Math.floor(n / 10) % NOUNS.length];
  return { verb, noun, name: `${verb}_${noun}_${n}` };
}

function toolOf(serverId, n, version, changed) {
  const { verb, noun, name } = nameOf(n);
  const description = `${verb[0].toUpperCase()}${verb.slice(1)} one ${noun} of the workspace. ${text(n, 60)}${changed ? ' Changed.' : ''}`;
  const properties = Object.fromEntries(
    Array.from({ length: 5 }, (_, i) => [
      `${NOUNS[(n + i) % NOUNS.length]}_${i}`,
      { type: i % 2 === 0 ? 'string' : 'integer', description: text(n + i, 18) },
    ]),
  );
  const definition = {
    name,
    title: `${verb} ${noun}`,
    description,
    inputSchema: { type: 'object', properties, required: Object.keys(properties).slice(0, 2) },
    annotations: { readOnlyHint: n % 3 === 0, destructiveHint: false },
  };
  const [category, severity, rule, capability] = KINDS[n % KINDS.length];
  const finding = (path, start, end, words) => ({ rule, capability, path, on: 'value', start, end, text: words });
  return {
    serverId,
    serverName: serverId.slice(4),
    definition,
    verdict: {
      v: 1,
      ruleset: 'bench',
      server: serverId,
      name,
      category,
      severity,
      confidence: 0.9,
      capabilities: [capability],
      findings: [
        finding('/name', 0, verb.length, verb),
        finding(
          '/description',
          0,
          verb.length + 4 + noun.length + 1,
          description.slice(0, verb.length + 5 + noun.length),
        ),
        {
          ...finding('/description', 40, 52, description.slice(40, 52)),
          rule: 'reads-data',
          capability: 'reads-data',
          discounted: 'condition',
        },
      ],
      moves: [],
      operations: [],
      threats: [],
    },
    method: 'static',
    definitionHash: createHash('sha256').update(description).update(name).digest('hex'),
    packageVersion: version,
    provenance: `${serverId}@${version}!dist/tools/${noun}.js:${n}`,
    schemaComplete: true,
    dynamic: false,
    gated: false,
    notes: [],
    firstSeen: SEEN + (n % 90) * 86_400_000,
    lastSeen: SEEN,
    others: [],
  };
}

/**
 * A catalogue of so many tools. With a `step`, one tool in so many has another description: one by one, each in another
 * server, or, with `releases`, all tools of one server in so many, which has a new version, as a release brings them.
 */
export function rows(tools, { step = 0, releases = false, stamps = false } = {}) {
  const servers = Math.ceil(tools / TOOLS_PER_SERVER);
  const idOf = (n) => `npm:server-${String(n).padStart(7, '0')}`;
  const numberOf = (id) => Number(id.slice(-7));
  const isChanged = (n) => step > 0 && (releases ? Math.floor(n / TOOLS_PER_SERVER) : n) % step === 0;
  const versionOf = (server) => (releases && isChanged(server * TOOLS_PER_SERVER) ? '1.4.3' : '1.4.2');
  /** The tools of a server, ascending by name. The last answer is kept: a catalogue has them in order. */
  let last = { server: -1, tools: [] };
  const toolsIn = (server) => {
    if (last.server === server) return last.tools;
    const first = server * TOOLS_PER_SERVER;
    const own = Array.from({ length: Math.min(TOOLS_PER_SERVER, tools - first) }, (_, i) => {
      return { n: first + i, name: nameOf(first + i).name };
    });
    last = { server, tools: own.sort((a, b) => (a.name < b.name ? -1 : 1)) };
    return last.tools;
  };
  /** Whether a tool of it changed. */
  const isTouched = (server) => {
    if (step === 0 || releases) return isChanged(server * TOOLS_PER_SERVER);
    return Math.ceil((server * TOOLS_PER_SERVER) / step) * step < (server + 1) * TOOLS_PER_SERVER;
  };
  const changesOf = (server) => {
    if (!isTouched(server)) return [];
    const changed = toolsIn(server).filter(({ n }) => isChanged(n));
    return changed.map(({ name }) => ({
      ...{ at: CHANGED, run: 2, serverId: idOf(server), tool: name, what: 'changed', cause: 'server-changed' },
      ...{ fields: ['description'], withoutVersionChange: !releases },
    }));
  };
  let newest;
  const newestChanges = () => {
    const found = [];
    for (let n = 0; n < servers && found.length < NEWEST; n++) found.push(...changesOf(n));
    return found.slice(0, NEWEST);
  };
  return {
    *servers() {
      for (let n = 0; n < servers; n++) {
        yield {
          id: idOf(n),
          aliases: [],
          name: `server-${n}`,
          description: text(n, 30),
          version: versionOf(n),
          homepage: 'https://example.com/',
          repository: 'https://example.com/source',
          license: 'MIT',
          notes: [],
          sources: ['npm'],
          toolCount: TOOLS_PER_SERVER,
          firstSeen: SEEN,
          lastSeen: SEEN,
          visits: [
            { locator: idOf(n), source: 'npm', outcome: 'unchanged', at: SEEN, tools: TOOLS_PER_SERVER, dropped: [] },
          ],
        };
      }
    },
    *toolsOf(id, names) {
      const server = numberOf(id);
      for (const { n, name } of toolsIn(server))
        if (names?.has(name) !== false) yield toolOf(id, n, versionOf(server), isChanged(n));
    },
    changesOf: (id) => changesOf(numberOf(id)),
    changes() {
      newest ??= newestChanges();
      return newest;
    },
    runs: () => [],
    sources: () => [],
    outcomes: () => [],
    advisoriesOf: () => [],
    ...(stamps
      ? {
          stampOf: (id) => (isTouched(numberOf(id)) ? 'v2' : 'v1'),
          toolStampsOf: (id) => new Map(toolsIn(numberOf(id)).map(({ n, name }) => [name, isChanged(n) ? 'v2' : 'v1'])),
        }
      : {}),
    tables: siteTables(DATA),
  };
}
