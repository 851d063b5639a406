import type { Column, Table } from './describe.ts';

const required = 'NOT NULL';
const flag = (name: string, text: string): Column => ({
  name,
  type: 'INTEGER',
  text,
  unit: '0 or 1',
  sql: `NOT NULL CHECK (${name} IN (0, 1))`,
});
const instant = (name: string, text: string, sql = required): Column => ({
  name,
  type: 'INTEGER',
  text,
  unit: 'epoch milliseconds',
  sql,
});
const prose = (name: string, text: string): Column => ({ name, type: 'TEXT', text });
const count = (name: string, text: string): Column => ({ name, type: 'INTEGER', text, sql: 'NOT NULL DEFAULT 0' });

const SERVERS: Table = {
  name: 'servers',
  text: 'One row per MCP server. Texts are as the publisher wrote them, and untrusted',
  columns: [
    {
      name: 'server_id',
      type: 'TEXT',
      text: 'Canonical id without version: npm:NAME, pypi:NAME, remote:URL, …',
      sql: 'PRIMARY KEY',
    },
    { name: 'name', type: 'TEXT', text: 'Name to show', sql: required },
    prose('title', 'Title, where the publisher gives one'),
    prose('description', 'What the publisher says it does'),
    prose('version', 'Version that was read last'),
    prose('homepage', 'Address of its home page'),
    prose('repository', 'Address of its source repository'),
    prose('license', 'Licence as declared'),
    { ...prose('published_at', 'When the version was published'), unit: 'ISO 8601' },
    prose('deprecated', 'Deprecation notice, if there is one'),
    prose('instructions', 'Instructions that the server sends to the model'),
    {
      name: 'notes',
      type: 'JSON',
      text: 'Facts about the package: has-install-script, …',
      unit: 'sorted array of strings',
      sql: required,
    },
    count('tool_count', 'Current tools'),
    count('critical_count', 'Current tools of severity critical'),
    count('high_count', 'Current tools of severity high'),
    count('medium_count', 'Current tools of severity medium'),
    count('low_count', 'Current tools of severity low'),
    {
      name: 'severity_rank',
      type: 'INTEGER',
      text: 'Worst severity among its tools; null without tools',
      unit: '0 (low) to 3 (critical)',
    },
    instant('first_seen', 'First time that a manifest spoke of it'),
    { name: 'published_run', type: 'INTEGER', text: 'Run at whose end the id became fixed; null before' },
  ],
  indexes: ['CREATE INDEX servers_by_severity ON servers (severity_rank, server_id)'],
};

const SERVER_IDS: Table = {
  name: 'server_ids',
  text: 'Every id under which a server is known: the canonical one and the declared aliases',
  columns: [
    { name: 'id', type: 'TEXT', text: 'An id', sql: 'PRIMARY KEY' },
    {
      name: 'server_id',
      type: 'TEXT',
      text: 'Canonical id of the same server',
      sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE',
    },
  ],
  withoutRowid: true,
  indexes: ['CREATE INDEX server_ids_by_server ON server_ids (server_id)'],
};

const MANIFESTS: Table = {
  name: 'manifests',
  text: 'One row per manifest: a document that says something about servers',
  columns: [
    { name: 'manifest', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    { name: 'locator', type: 'TEXT', text: 'Where it is read: npm:NAME, file:PATH, …', sql: 'NOT NULL UNIQUE' },
    prose('content_hash', 'SHA-256 of the bytes of the last good answer, hex; null when it never answered'),
    prose('extractor', 'Version of the extractors that read it'),
    {
      name: 'body',
      type: 'BLOB',
      text: 'The document, for re-extraction; null when it is no JSON or too large',
      unit: 'JSON; from 2 kB on as a zlib stream, which begins with 0x78',
    },
    { name: 'body_bytes', type: 'INTEGER', text: 'Size of the document before compression', unit: 'bytes' },
    instant('first_seen', 'First good answer', ''),
    instant('last_seen', 'Last good answer, not-modified included', ''),
  ],
};

const READINGS: Table = {
  name: 'readings',
  text: 'What one manifest says about one server',
  columns: [
    { name: 'manifest', type: 'INTEGER', text: 'Manifest', sql: 'NOT NULL REFERENCES manifests ON DELETE CASCADE' },
    { name: 'declared_id', type: 'TEXT', text: 'Id under which the manifest speaks of the server', sql: required },
    {
      name: 'server_id',
      type: 'TEXT',
      text: 'Canonical id of that server',
      sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE',
    },
    {
      name: 'facts',
      type: 'JSON',
      text: 'Name, version, homepage, … as the manifest gives them',
      unit: 'object',
      sql: required,
    },
    flag('complete', 'The manifest says that it lists every tool'),
    flag('lists_tools', 'The format can name tools: 0 means that no tools there says nothing'),
    { name: 'tools', type: 'INTEGER', text: 'Tools read', sql: required },
    {
      name: 'dropped',
      type: 'JSON',
      text: 'What looked like a tool and was left out, with the reason',
      unit: 'array of objects',
      sql: required,
    },
    flag('placeholder', 'The manifest has not answered yet: only its source speaks of the server'),
  ],
  constraints: ['PRIMARY KEY (manifest, declared_id)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX readings_by_server ON readings (server_id)'],
};

const TOOLS: Table = {
  name: 'tools',
  text: 'One row per current tool; the view tool_risk shows it with its verdict',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    { name: 'server_id', type: 'TEXT', text: 'Server', sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE' },
    {
      name: 'name',
      type: 'TEXT',
      text: 'Name of the tool; NUL and lone surrogates are written as \\u{…}',
      sql: required,
    },
    {
      name: 'manifest',
      type: 'INTEGER',
      text: 'Manifest whose observation is the current one',
      sql: 'NOT NULL REFERENCES manifests',
    },
    { name: 'tool_version', type: 'INTEGER', text: 'Current definition', sql: 'NOT NULL REFERENCES tool_versions' },
    instant('first_seen', 'First time that the tool was observed'),
  ],
  constraints: ['UNIQUE (server_id, name)'],
  indexes: ['CREATE INDEX tools_by_manifest ON tools (manifest)'],
};

const TOOL_VERSIONS: Table = {
  name: 'tool_versions',
  text: 'Every definition that was ever observed, also of tools that are gone',
  columns: [
    { name: 'tool_version', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    { name: 'server_id', type: 'TEXT', text: 'Server', sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE' },
    { name: 'name', type: 'TEXT', text: 'Name of the tool', sql: required },
    {
      name: 'method',
      type: 'TEXT',
      text: 'How it was obtained: live, executed, publisher-list, static or readme',
      sql: required,
    },
    {
      name: 'definition_hash',
      type: 'TEXT',
      text: 'SHA-256 of the canonical JSON of the definition, hex; compare within one method only',
      sql: required,
    },
    {
      name: 'definition',
      type: 'JSON',
      text: 'Name, title, description, inputSchema, outputSchema, annotations',
      unit: 'object',
      sql: required,
    },
    prose('package_version', 'Version of the package in which it was first observed'),
    instant('first_seen', 'First time that this definition was observed'),
  ],
  indexes: ['CREATE INDEX tool_versions_by_name ON tool_versions (server_id, name)'],
};

const OBSERVATIONS: Table = {
  name: 'observations',
  text: 'A tool as one manifest shows it now. Where several do, the strongest method is the current one',
  columns: [
    {
      name: 'tool',
      type: 'INTEGER',
      text: 'Tool',
      sql: 'NOT NULL REFERENCES tools ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED',
    },
    { name: 'manifest', type: 'INTEGER', text: 'Manifest', sql: 'NOT NULL REFERENCES manifests ON DELETE CASCADE' },
    { name: 'tool_version', type: 'INTEGER', text: 'Definition', sql: 'NOT NULL REFERENCES tool_versions' },
    {
      name: 'provenance',
      type: 'TEXT',
      text: 'Place in the manifest: npm:NAME@VERSION!path:line, or a URL or path with a JSON Pointer',
      sql: required,
    },
    prose('package_version', 'Version of the package that was read'),
    flag('schema_complete', 'Every part of the schema could be determined'),
    flag('dynamic', 'A text holds run-time values'),
    flag('gated', 'Registered only behind a flag, a setting or a client capability'),
    {
      name: 'notes',
      type: 'JSON',
      text: 'Why it is gated, dynamic or incomplete',
      unit: 'sorted array of strings',
      sql: required,
    },
  ],
  constraints: ['PRIMARY KEY (tool, manifest)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX observations_by_manifest ON observations (manifest)'],
};

const VERDICTS: Table = {
  name: 'verdicts',
  text: 'The verdict on each current tool',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'PRIMARY KEY REFERENCES tools ON DELETE CASCADE' },
    { name: 'ruleset', type: 'TEXT', text: 'Version of the rules that judged', sql: required },
    {
      name: 'category',
      type: 'TEXT',
      text: 'What a call does: Financial, Destructive, Execute, Communication, Write, Read or Unknown',
      sql: required,
    },
    { name: 'severity', type: 'TEXT', text: 'Impact of a call: low, medium, high or critical', sql: required },
    {
      name: 'severity_rank',
      type: 'INTEGER',
      text: 'The severity as a number',
      unit: '0 (low) to 3 (critical)',
      sql: 'NOT NULL CHECK (severity_rank BETWEEN 0 AND 3)',
    },
    {
      name: 'confidence',
      type: 'REAL',
      text: 'How sure the verdict is',
      unit: '0 to 1',
      sql: 'NOT NULL CHECK (confidence BETWEEN 0 AND 1)',
    },
    {
      name: 'capabilities',
      type: 'JSON',
      text: 'Ids of the capabilities that count',
      unit: 'sorted array of strings',
      sql: required,
    },
    {
      name: 'moves',
      type: 'JSON',
      text: 'Changes of severity with their reasons',
      unit: 'array of objects',
      sql: required,
    },
    {
      name: 'operations',
      type: 'JSON',
      text: 'Verdict for each value of a parameter that selects an operation',
      unit: 'array of objects',
      sql: required,
    },
    {
      name: 'threats',
      type: 'JSON',
      text: 'Signs of an attack in the definition',
      unit: 'array of objects',
      sql: required,
    },
    { name: 'override', type: 'JSON', text: "A person's correction; null without one", unit: 'object' },
  ],
  indexes: [
    'CREATE INDEX verdicts_by_severity ON verdicts (severity_rank, category)',
    'CREATE INDEX verdicts_by_category ON verdicts (category, severity_rank)',
  ],
};

const VERDICT_FINDINGS: Table = {
  name: 'verdict_findings',
  text: 'Rules that fired for each current tool, and where',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'NOT NULL REFERENCES tools ON DELETE CASCADE' },
    { name: 'position', type: 'INTEGER', text: 'Order within the verdict, from 0', sql: required },
    { name: 'rule', type: 'TEXT', text: 'Rule', sql: required },
    { name: 'capability', type: 'TEXT', text: 'Capability that the rule shows', sql: required },
    { name: 'path', type: 'TEXT', text: 'Field of the definition', unit: 'JSON Pointer', sql: required },
    {
      name: 'part',
      type: 'TEXT',
      text: 'Whether the span is in the value or in the last key of the path',
      unit: 'key or value',
      sql: required,
    },
    {
      name: 'span_start',
      type: 'INTEGER',
      text: 'Start of the span in the raw string',
      unit: 'UTF-16 offset',
      sql: required,
    },
    { name: 'span_end', type: 'INTEGER', text: 'End of the span, exclusive', unit: 'UTF-16 offset', sql: required },
    { name: 'text', type: 'TEXT', text: 'The text of the span', sql: required },
    prose('discounted', 'Id of the reason why it does not count; null when it counts'),
  ],
  constraints: ['PRIMARY KEY (tool, position)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX verdict_findings_by_rule ON verdict_findings (rule)'],
};

const TOOL_CAPABILITIES: Table = {
  name: 'tool_capabilities',
  text: 'Capabilities that count, one row per tool and capability',
  columns: [
    { name: 'capability', type: 'TEXT', text: 'Capability', sql: required },
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'NOT NULL REFERENCES tools ON DELETE CASCADE' },
  ],
  constraints: ['PRIMARY KEY (capability, tool)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX tool_capabilities_by_tool ON tool_capabilities (tool)'],
};

const SERVER_CAPABILITIES: Table = {
  name: 'server_capabilities',
  text: 'Capabilities of the tools of each server',
  columns: [
    { name: 'server_id', type: 'TEXT', text: 'Server', sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE' },
    { name: 'capability', type: 'TEXT', text: 'Capability', sql: required },
    { name: 'tool_count', type: 'INTEGER', text: 'Tools of the server that have it', sql: required },
  ],
  constraints: ['PRIMARY KEY (server_id, capability)'],
  withoutRowid: true,
};

const LISTINGS: Table = {
  name: 'listings',
  text: 'Where each manifest is listed: by a source, or by another manifest',
  columns: [
    { name: 'source', type: 'TEXT', text: 'Source', sql: required },
    { name: 'locator', type: 'TEXT', text: 'Locator of the manifest', sql: required },
    {
      name: 'aliases',
      type: 'JSON',
      text: 'Ids that the source declares for the same server',
      unit: 'array of strings',
      sql: required,
    },
    prose('name', 'Name in the listing'),
    prose('description', 'Description in the listing'),
    flag('deleted', 'The source says that it is gone'),
    prose('parent', 'Locator of the manifest that named it; null when the source itself did'),
  ],
  constraints: ['PRIMARY KEY (source, locator)'],
  withoutRowid: true,
  indexes: [
    'CREATE INDEX listings_by_locator ON listings (locator)',
    'CREATE INDEX listings_by_parent ON listings (parent) WHERE parent IS NOT NULL',
  ],
};

const FRONTIER: Table = {
  name: 'frontier',
  text: 'What is due when: the schedule, with leases and validators',
  columns: [
    { name: 'locator', type: 'TEXT', text: 'Locator of the manifest', sql: 'PRIMARY KEY' },
    { name: 'source', type: 'TEXT', text: 'Source under which it is visited', sql: required },
    {
      name: 'priority',
      type: 'INTEGER',
      text: 'Lower goes first',
      unit: '0 never visited, 1 answered last, 2 failed last, 3 gone',
      sql: required,
    },
    instant('due_at', 'Next visit; while a lease is held, when the lease expires'),
    { name: 'lease', type: 'INTEGER', text: 'Token of the visit under way; null when there is none' },
    {
      name: 'interval_ms',
      type: 'INTEGER',
      text: 'Time between two visits, learned from its own changes; null before the first answer',
      unit: 'milliseconds',
    },
    count('failures', 'Visits in a row without an answer'),
    instant('not_before', 'Earliest next visit that the other side asked for', ''),
    prose('etag', 'ETag of the last good answer'),
    prose('last_modified', 'Last-Modified of the last good answer'),
    { name: 'last_visit', type: 'INTEGER', text: 'Last visit', sql: 'REFERENCES visits' },
  ],
  indexes: ['CREATE INDEX frontier_due ON frontier (source, priority, due_at)'],
};

const VISITS: Table = {
  name: 'visits',
  text: 'Every attempt at a manifest, append-only',
  columns: [
    { name: 'visit', type: 'INTEGER', text: 'Key, in order of time', sql: 'PRIMARY KEY' },
    { name: 'run', type: 'INTEGER', text: 'Run', sql: 'NOT NULL REFERENCES runs' },
    {
      name: 'lease',
      type: 'INTEGER',
      text: 'Lease under which it was made: no lease gives two visits',
      sql: 'NOT NULL UNIQUE',
    },
    { name: 'locator', type: 'TEXT', text: 'Locator of the manifest', sql: required },
    instant('at', 'When it ended'),
    { name: 'duration_ms', type: 'INTEGER', text: 'How long it took', unit: 'milliseconds', sql: required },
    {
      name: 'outcome',
      type: 'TEXT',
      text: 'changed, unchanged, not-modified, partial, gated, unreachable, …',
      sql: required,
    },
    prose('reason', 'Stable word below the outcome: http-404, tar-truncated, …'),
    prose('message', 'A sentence for people'),
    { name: 'tools', type: 'INTEGER', text: 'Tools that this visit read', sql: required },
    { name: 'dropped', type: 'INTEGER', text: 'Things that looked like tools and were left out', sql: required },
  ],
  indexes: [
    'CREATE INDEX visits_by_locator ON visits (locator)',
    'CREATE INDEX visits_by_run ON visits (run, outcome)',
  ],
};

const RUNS: Table = {
  name: 'runs',
  text: 'Every crawl and re-classification',
  columns: [
    { name: 'run', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    instant('started_at', 'Start'),
    instant('finished_at', 'End; null while it runs, or when it died', ''),
    {
      name: 'ended',
      type: 'TEXT',
      text: 'How it ended: done, interrupted or failed; null while it runs, or when it died',
    },
    { name: 'ruleset', type: 'TEXT', text: 'Version of the rules', sql: required },
    { name: 'extractor', type: 'TEXT', text: 'Version of the extractors', sql: required },
  ],
};

const RUN_SOURCES: Table = {
  name: 'run_sources',
  text: 'How each source was listed in each run',
  columns: [
    { name: 'run', type: 'INTEGER', text: 'Run', sql: 'NOT NULL REFERENCES runs' },
    { name: 'source', type: 'TEXT', text: 'Source', sql: required },
    instant('started_at', 'When the listing began'),
    { name: 'duration_ms', type: 'INTEGER', text: 'How long it took', unit: 'milliseconds', sql: required },
    { name: 'listed', type: 'INTEGER', text: 'Manifests listed', sql: required },
    flag('whole', 'The listing came to its end'),
    flag('delta', 'Only what is newer than the last listing was asked for'),
    prose('reason', 'Why it ended early: a stable word'),
    prose('message', 'Why it ended early: a sentence'),
  ],
  constraints: ['PRIMARY KEY (run, source)'],
  withoutRowid: true,
};

const CHANGES: Table = {
  name: 'changes',
  text: 'What changed, append-only. A server that is new has one row of its own and none per tool',
  columns: [
    { name: 'change', type: 'INTEGER', text: 'Key, in order of time', sql: 'PRIMARY KEY' },
    instant('at', 'When it was observed'),
    { name: 'run', type: 'INTEGER', text: 'Run', sql: 'NOT NULL REFERENCES runs' },
    { name: 'server_id', type: 'TEXT', text: 'Server', sql: required },
    prose('tool_name', 'Tool; null when the server itself changed'),
    { name: 'what', type: 'TEXT', text: 'added, changed, removed or verdict', sql: required },
    { name: 'cause', type: 'TEXT', text: 'server-changed, rules-changed or source-changed', sql: required },
    {
      name: 'fields',
      type: 'JSON',
      text: 'Names of the changed fields',
      unit: 'sorted array of strings',
      sql: required,
    },
    prose('from_category', 'Category before'),
    prose('from_severity', 'Severity before'),
    prose('to_category', 'Category after'),
    prose('to_severity', 'Severity after'),
    prose('from_hash', 'Definition before: SHA-256, hex'),
    prose('to_hash', 'Definition after: SHA-256, hex'),
    prose('from_version', 'Package version before'),
    prose('to_version', 'Package version after'),
    flag('without_version_change', 'The definition changed and the version did not: worth a look'),
  ],
  indexes: [
    'CREATE INDEX changes_by_server ON changes (server_id, at)',
    'CREATE INDEX changes_by_time ON changes (at)',
  ],
};

const POLICY_VERSIONS: Table = {
  name: 'policy_versions',
  text: 'The tables from verdict to decision that stored decisions were made with',
  columns: [
    { name: 'policy_version', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    { name: 'hash', type: 'TEXT', text: 'SHA-256 of the table in data/policy.yaml, hex', sql: 'NOT NULL UNIQUE' },
    instant('first_used', 'When a decision was first made with it'),
  ],
};

const decision = (name: string): Column => ({
  name,
  type: 'TEXT',
  text: `What the ${name} policy says of a call: allow, ask or deny`,
  sql: `NOT NULL CHECK (${name} IN ('allow', 'ask', 'deny'))`,
});

/** A decision goes with its verdict: when that is written anew, the row is deleted, and made again at the run's end. */
const TOOL_DECISIONS: Table = {
  name: 'tool_decisions',
  text: 'What the policy of each strength says of each current tool; written at the end of a run',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'PRIMARY KEY REFERENCES verdicts ON DELETE CASCADE' },
    {
      name: 'policy_version',
      type: 'INTEGER',
      text: 'Table that decided',
      sql: 'NOT NULL REFERENCES policy_versions',
    },
    decision('permissive'),
    decision('recommended'),
    decision('strict'),
  ],
};

/** Another tool may be gone before the next run: its address is kept as text and refers to nothing. */
const CATALOGUE_THREATS: Table = {
  name: 'catalogue_threats',
  text: 'Signs of an attack that show only beside another tool of the catalogue; written at the end of a run',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'NOT NULL REFERENCES tools ON DELETE CASCADE' },
    { name: 'position', type: 'INTEGER', text: 'Order among those of the tool, from 0', sql: required },
    { name: 'rule', type: 'TEXT', text: 'Threat rule', sql: required },
    {
      name: 'strength',
      type: 'TEXT',
      text: 'strong, or weak where honest servers do it too',
      sql: "NOT NULL CHECK (strength IN ('strong', 'weak'))",
    },
    { name: 'path', type: 'TEXT', text: 'Field of the definition', unit: 'JSON Pointer', sql: required },
    {
      name: 'span_start',
      type: 'INTEGER',
      text: 'Start of the span in the raw string',
      unit: 'UTF-16 offset',
      sql: required,
    },
    { name: 'span_end', type: 'INTEGER', text: 'End of the span, exclusive', unit: 'UTF-16 offset', sql: required },
    { name: 'text', type: 'TEXT', text: 'The text of the span', sql: required },
    {
      name: 'other_server_id',
      type: 'TEXT',
      text: 'Server of the tool that is imitated or steered; the first one by id where several have it',
      sql: required,
    },
    { name: 'other_tool', type: 'TEXT', text: 'Name of that tool', sql: required },
  ],
  constraints: ['PRIMARY KEY (tool, position)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX catalogue_threats_by_rule ON catalogue_threats (rule)'],
};

/** Full text over current tools. Contentless: the texts themselves stay in `tool_versions`. */
const SEARCH = `CREATE VIRTUAL TABLE tools_fts USING fts5(
  name, title, description, server, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
)`;

/** The same for a file that is only read: programs with an older SQLite can open it. */
export const PLAIN_SEARCH = `CREATE VIRTUAL TABLE tools_fts USING fts5(
  name, title, description, server, content = '', tokenize = "unicode61 remove_diacritics 2"
)`;

/** The words of that index, for the help with words that are written wrong. It holds nothing of its own. */
export const WORDS = 'CREATE VIRTUAL TABLE tools_words USING fts5vocab(tools_fts, row)';

/** One step of the schema. A step that was published never changes; the next one goes below. */
export interface Migration {
  readonly version: number;
  readonly text: string;
  readonly tables: readonly Table[];
  /** Further statements, after the tables. */
  readonly sql: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    text: 'Servers, tools, verdicts, the crawl and its log',
    tables: [
      RUNS,
      RUN_SOURCES,
      VISITS,
      LISTINGS,
      FRONTIER,
      SERVERS,
      SERVER_IDS,
      MANIFESTS,
      READINGS,
      TOOL_VERSIONS,
      TOOLS,
      OBSERVATIONS,
      VERDICTS,
      VERDICT_FINDINGS,
      TOOL_CAPABILITIES,
      SERVER_CAPABILITIES,
      CHANGES,
    ],
    sql: [SEARCH],
  },
  {
    version: 2,
    text: 'Stored decisions, and indexes for the ready questions',
    tables: [POLICY_VERSIONS, TOOL_DECISIONS],
    sql: [
      WORDS,
      'DROP INDEX verdicts_by_severity',
      'DROP INDEX verdicts_by_category',
      'CREATE INDEX verdicts_by_severity ON verdicts (severity_rank, confidence, category)',
      'CREATE INDEX verdicts_by_category ON verdicts (category, severity_rank, confidence)',
      'CREATE INDEX server_capabilities_by_capability ON server_capabilities (capability, tool_count)',
    ],
  },
  {
    version: 3,
    text: 'Threats that show only beside another tool',
    tables: [CATALOGUE_THREATS],
    sql: [],
  },
];

/** Tables that are not STRICT tables of ours, with what they are. */
export const VIRTUAL_TABLES: readonly {
  readonly name: string;
  readonly text: string;
  readonly columns: readonly Column[];
}[] = [
  {
    name: 'tools_fts',
    text: 'Full-text index over current tools; its rowid is tools.tool. It stores no text of its own',
    columns: [
      prose('name', 'Name of the tool, whole and split into words'),
      prose('title', 'Title'),
      prose('description', 'Description'),
      prose('server', 'Id and name of the server'),
    ],
  },
  {
    name: 'tools_words',
    text: 'Words of the full-text index',
    columns: [
      prose('term', 'Word, in small letters'),
      { name: 'doc', type: 'INTEGER', text: 'Tools that have it' },
      { name: 'cnt', type: 'INTEGER', text: 'Times that it occurs' },
    ],
  },
];

/** The newest version that this program knows: the `user_version` of the file. */
export const SCHEMA_VERSION = MIGRATIONS[MIGRATIONS.length - 1]?.version ?? 0;

/** Every table as the newest version has it. */
export function schemaTables(): readonly Table[] {
  return MIGRATIONS.flatMap((step) => step.tables);
}
