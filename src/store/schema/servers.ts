import type { Table } from '../describe.ts';
import { count, instant, prose, required } from './columns.ts';

export const SERVERS: Table = {
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

/** An id that a server has beside its canonical one; the view `server_ids` shows both. */
export const SERVER_ALIASES: Table = {
  name: 'server_aliases',
  text: 'Further ids under which a server is known: what its manifests and sources declare for the same server',
  columns: [
    { name: 'id', type: 'TEXT', text: 'An id that is no canonical one', sql: 'PRIMARY KEY' },
    {
      name: 'server_id',
      type: 'TEXT',
      text: 'Canonical id of the same server',
      sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED',
    },
  ],
  withoutRowid: true,
  indexes: ['CREATE INDEX server_aliases_by_server ON server_aliases (server_id)'],
};

/** As the first four versions had it: also the canonical ids, which `servers` finds as well. */
export const SERVER_IDS: Table = {
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

export const SERVER_CAPABILITIES: Table = {
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

export const ADVISORIES: Table = {
  name: 'advisories',
  text: 'Published vulnerabilities of the packages of each server, as they meet the version that was read',
  columns: [
    { name: 'server_id', type: 'TEXT', text: 'Server', sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE' },
    { name: 'cve', type: 'TEXT', text: 'Id of the vulnerability', sql: required },
    {
      name: 'state',
      type: 'TEXT',
      text: 'Whether the version that was read is affected: affected, not-affected or unknown',
      sql: "NOT NULL CHECK (state IN ('affected', 'not-affected', 'unknown'))",
    },
    prose('severity', 'Severity as published; null where none was'),
    { name: 'title', type: 'TEXT', text: 'What it is, in our own words', sql: required },
    prose('affected', 'Affected versions as published; null where no range is known'),
    prose('fixed', 'Version in which it is fixed; null where none is known'),
    { name: 'url', type: 'TEXT', text: 'Address of the advisory', sql: required },
  ],
  constraints: ['PRIMARY KEY (server_id, cve)'],
  withoutRowid: true,
};
