// Rows of a made-up catalogue for the benchmark: the same for the same numbers, as heavy as real ones.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { inside } from '../../dist/inside.js';

const { loadPolicyTable, siteTables } = await inside.site();
const DATA = join(import.meta.dirname, '..', '..', 'data');
const TOOLS_PER_SERVER = 15;
const SEEN = Date.UTC(2026, 0, 15);
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

function toolOf(serverId, n, changed) {
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
    packageVersion: '1.4.2',
    provenance: `${serverId}@1.4.2!dist/tools/${noun}.js:${n}`,
    schemaComplete: true,
    dynamic: false,
    gated: false,
    notes: [],
    firstSeen: SEEN + (n % 90) * 86_400_000,
    lastSeen: SEEN,
    others: [],
  };
}

/** A catalogue of so many tools; every `step`th tool has another description in its second version. */
export function rows(tools, { step = 0, stamps = false } = {}) {
  const servers = Math.ceil(tools / TOOLS_PER_SERVER);
  const idOf = (n) => `npm:server-${String(n).padStart(7, '0')}`;
  const numberOf = (id) => Number(id.slice(-7));
  const isChanged = (n) => step > 0 && n % step === 0;
  const range = (server) =>
    Array.from(
      { length: Math.min(TOOLS_PER_SERVER, tools - server * TOOLS_PER_SERVER) },
      (_, i) => server * TOOLS_PER_SERVER + i,
    );
  const namesOf = (id) =>
    range(numberOf(id))
      .map((n) => nameOf(n).name)
      .sort();
  const numberIn = (name) => Number(name.slice(name.lastIndexOf('_') + 1));
  return {
    *servers() {
      for (let n = 0; n < servers; n++) {
        yield {
          id: idOf(n),
          aliases: [],
          name: `server-${n}`,
          description: text(n, 30),
          version: '1.4.2',
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
      for (const name of namesOf(id)) {
        if (names?.has(name) === false) continue;
        const n = numberIn(name);
        yield toolOf(id, n, isChanged(n));
      }
    },
    changesOf: () => [],
    changes: () => [],
    runs: () => [],
    advisoriesOf: () => [],
    ...(stamps
      ? {
          stampOf: (id) => `v${range(numberOf(id)).filter(isChanged).join(',')}`,
          toolStampsOf: (id) => new Map(namesOf(id).map((name) => [name, isChanged(numberIn(name)) ? 'v2' : 'v1'])),
        }
      : {}),
    tables: siteTables(DATA),
  };
}
